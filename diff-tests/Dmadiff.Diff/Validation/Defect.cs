// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract;

namespace Dmadiff.Diff.Validation;

/// <summary>A defect as it is known again in another kernel of the series: no line number and
/// no address is part of it.</summary>
/// <param name="Kind">What sort of defect it is.</param>
/// <param name="What">The crash or the broken rule.</param>
/// <param name="Where">The C function of a crash, the operation of a breach.</param>
public sealed partial record Defect(DefectKind Kind, string What, string Where)
{
    private const char Separator = '\u001f';

    /// <summary>Whether the machine dies of it.</summary>
    public bool IsCrash =>
        Kind is DefectKind.Crash or DefectKind.Hang or DefectKind.Missing;

    /// <summary>Of a missing function its name.</summary>
    public string Function => What[(What.LastIndexOf(' ') + 1)..];

    /// <summary>That of a crash, or of a sanitizer's report.</summary>
    public static Defect Of(CrashReport crash) => new(
        crash.Kind switch
        {
            AbiCrashKind.Sanitizer => DefectKind.Report,
            AbiCrashKind.Hang => DefectKind.Hang,
            AbiCrashKind.MissingService => DefectKind.Missing,
            _ => DefectKind.Crash,
        },
        Numbers().Replace(crash.What, string.Empty),
        crash.Where.Split(' ', ':')[0]);

    /// <summary>That of a broken rule.</summary>
    public static Defect Of(ContractFinding finding) => new(
        DefectKind.Breach,
        ContractRuleNames.Title(finding.Signature.Rule),
        finding.Signature.Operation);

    /// <inheritdoc/>
    public override string ToString() =>
        Kind == DefectKind.Breach ? $"{What} {Where}" : $"{What} in {Where}";

    /// <summary>Reads back what <see cref="Write"/> wrote.</summary>
    internal static Defect Read(string text)
    {
        var parts = text.Split(Separator);
        return new Defect(Enum.Parse<DefectKind>(parts[0]), parts[1], parts[2]);
    }

    /// <summary>The defect as a word of a line.</summary>
    internal string Write() =>
        string.Join(Separator, Kind.ToString(), What.ReplaceLineEndings(" "), Where);

    [GeneratedRegex(
        @"(\+| at physical address |:)(0x[0-9a-f]+|\d+)\b", RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex Numbers();
}
