// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Validation;

/// <summary>Switches on in traces what a series adds.</summary>
public static class SwitchedTrace
{
    private const string Option = "swiotlb=";

    /// <summary>The trace with a switch on. An option of the configuration is nothing that a
    /// trace knows of: it stays as it is.</summary>
    public static Trace With(Trace trace, AddedSwitch added) => added.Kind switch
    {
        SwitchKind.BootOption => WithOption(trace, added.Name),
        SwitchKind.Attribute => trace with
        {
            Operations = ValueList.From(trace.Operations.Select(o => Takes(o)
                ? o with { Attrs = o.Attrs | AttrWords.Numbered((ulong)added.Bit) }
                : o)),
        },
        _ => trace,
    };

    /// <summary>Whether it is on in a trace.</summary>
    public static bool Has(Trace trace, AddedSwitch added) => added.Kind switch
    {
        SwitchKind.BootOption => trace.Cmdline.Split(' ').Any(
            w => w.StartsWith(Option, StringComparison.Ordinal)
                && w[Option.Length..].Split(',').Contains(added.Name)),
        SwitchKind.Attribute => trace.Operations.Any(
            o => AttrWords.NumberOf(o.Attrs) == added.Bit),
        _ => false,
    };

    private static bool Takes(Operation operation) =>
        OperationSyntax.Of(operation.Kind)?.Operands.Contains(Operand.Attr) == true;

    private static Trace WithOption(Trace trace, string option)
    {
        var words = trace.Cmdline.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var at = Array.FindIndex(
            words, w => w.StartsWith(Option, StringComparison.Ordinal));
        if (at >= 0)
        {
            words[at] += "," + option;
        }

        return trace with
        {
            Cmdline = string.Join(' ', at >= 0 ? words : [.. words, Option + option]),
        };
    }
}
