// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using Dmadiff.Diff.Findings;
using Microsoft.Win32.SafeHandles;

namespace Dmadiff.Cli.Validation.Protocols;

/// <summary>
/// What NIPA, the checker of netdev, runs in a tree with the patch as its last commit: 0 is
/// good, 250 a warning, anything else bad, and one line goes to the descriptor that DESC_FD
/// names.
/// </summary>
internal sealed class NipaProtocol : ICheckProtocol
{
    private const int Warning = 250;
    private const string Descriptor = "DESC_FD";

    /// <inheritdoc/>
    public string Series => "HEAD~..HEAD";

    /// <inheritdoc/>
    public bool IsPart => false;

    /// <inheritdoc/>
    public int Tell(FindingsReport report, TextWriter output)
    {
        output.Write(FindingsFormat.Text.Render(report));
        Describe(report.Verdict);
        return CheckGrades.Of(report) switch
        {
            CheckGrade.Pass => ExitCode.Clean,
            CheckGrade.Warn => Warning,
            _ => ExitCode.Findings,
        };
    }

    /// <inheritdoc/>
    public int TellUntested(string why, TextWriter output)
    {
        output.WriteLine($"not tested: {why}");
        Describe($"not tested: {why}");
        return Warning;
    }

    private static void Describe(string line)
    {
        if (!int.TryParse(
            Environment.GetEnvironmentVariable(Descriptor),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out int number))
        {
            return;
        }

        try
        {
            using var handle = new SafeFileHandle(number, ownsHandle: false);
            using var stream = new FileStream(handle, FileAccess.Write);
            using var writer = new StreamWriter(stream);
            writer.WriteLine(line.ReplaceLineEndings(" "));
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Console.Error.WriteLine($"dmadiff: {Descriptor}: {number}: {e.Message}");
        }
    }
}
