// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Native;

/// <summary>Names the place in C that an instruction was compiled from.</summary>
/// <param name="library">The library, with its debug information.</param>
/// <param name="sandbox">Where it is read, as a stranger may have made it so that it harms who
/// reads it; null for nowhere special.</param>
internal sealed class Symboliser(string library, Sandbox? sandbox)
{
    private const string Unknown = "??";

    /// <summary>The place of an instruction, or null when it is not known.</summary>
    /// <param name="offset">Bytes from where the library is loaded.</param>
    public CodeLocation? Find(ulong offset) => Choose(Frames(offset));

    /// <summary>The function an instruction belongs to, without a line: of those inlined at
    /// the instruction, the one they were inlined into. Null when it is not known.</summary>
    /// <param name="offset">Bytes from where the library is loaded.</param>
    public CodeLocation? FindFunction(ulong offset) =>
        Parse(Frames(offset)).LastOrDefault() is { } outermost
            ? outermost with { Line = 0 }
            : null;

    /// <summary>
    /// Of the inlined functions at one instruction, the innermost that is in one of the
    /// kernel's .c files: the reader looks for the code under test, not for a list primitive
    /// in a header, or for the services below it. Failing that, the innermost.
    /// </summary>
    /// <param name="listing">Pairs of lines: a function, then file:line.</param>
    internal static CodeLocation? Choose(string listing)
    {
        CodeLocation[] frames = Parse(listing);
        return Array.Find(frames, IsUnderTest) ?? frames.FirstOrDefault();
    }

    private string Frames(ulong offset)
    {
        string[] plain = ["addr2line", "-f", "-i", "-e", library, $"0x{offset:x}"];
        IReadOnlyList<string> command =
            sandbox?.WrapTool(plain, new SandboxView([library], null)) ?? plain;
        ToolResult result = Tool.Run(command[0], command.Skip(1), CancellationToken.None);
        return result.ExitCode == 0 ? result.Output : string.Empty;
    }

    private static CodeLocation[] Parse(string listing) =>
    [
        .. listing
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Chunk(2)
            .Where(pair => pair.Length == 2 && pair[0] != Unknown)
            .Select(pair => Parse(pair[0], pair[1])),
    ];

    /// <summary>Whether a place is in one of the kernel's .c files.</summary>
    internal static bool IsUnderTest(CodeLocation frame) =>
        frame.File.EndsWith(".c", StringComparison.Ordinal)
        && !frame.File.StartsWith("kernel-harness/", StringComparison.Ordinal)
        && !Path.IsPathRooted(frame.File);

    private static CodeLocation Parse(string function, string place)
    {
        // "./kernel/dma/swiotlb.c:877 (discriminator 3)"; "??:0"; "a.c:?".
        string plain = place.Split(' ')[0];
        int colon = plain.LastIndexOf(':');
        string file = plain[..colon];
        file = file.StartsWith("./", StringComparison.Ordinal) ? file[2..] : file;
        int line = int.TryParse(
            plain[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int n)
                ? n
                : 0;
        return new CodeLocation(function, file == Unknown ? string.Empty : file, line);
    }
}
