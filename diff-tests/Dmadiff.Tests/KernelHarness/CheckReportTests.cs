// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Cli;
using Dmadiff.Cli.Output;
using Dmadiff.KernelHarness.Build;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

/// <summary>The table of units and configurations.</summary>
public sealed class CheckReportTests : IDisposable
{
    private const int MailWidth = 75;
    private static readonly string[] Order = ["a.c", "xen.c", "never.c", "z.c"];
    private static readonly KernelConfiguration Xen =
        KernelConfiguration.Default.With(KernelOption.Xen, true);

    private static readonly KernelCheck OfDefault = Check(("a.c", null), ("z.c", "z.c:1: no"));
    private static readonly KernelCheck OfXen = Check(
        ("a.c", null), ("kernel-harness/own.c", null), ("xen.c", null), ("z.c", null));

    private readonly ToyHarness _toy = new();

    public void Dispose() => _toy.Dispose();

    [Fact]
    public void A_unit_has_a_row_when_any_configuration_has_it() =>
        Table([KernelConfiguration.Default, Xen], [OfDefault, OfXen]).ShouldBe(
        [
            "  + compiles, - does not, . is not part of the configuration",
            "  unit                                1  2",
            "  a.c                                 +  +",
            "  xen.c                               .  +",
            "  z.c                                 -  +",
            "  all of it, linked                   -  -",
        ]);

    [Fact]
    public void The_order_of_rows_is_not_that_of_configurations() =>
        Table([Xen, KernelConfiguration.Default], [OfXen, OfDefault]).ShouldBe(
        [
            "  + compiles, - does not, . is not part of the configuration",
            "  unit                                1  2",
            "  a.c                                 +  +",
            "  xen.c                               +  .",
            "  z.c                                 +  -",
            "  all of it, linked                   -  -",
        ]);

    [Fact]
    public void A_table_too_wide_for_a_mail_goes_on_below()
    {
        var all = KernelConfiguration.EachAlone;
        string[] table = Table(all, [.. all.Select(c => c == Xen ? OfXen : OfDefault)]);
        table.ShouldAllBe(line => line.Length <= MailWidth);
        string[] marks =
        [
            .. table.Where(line => line.StartsWith("  xen.c ", StringComparison.Ordinal))
                .Select(line => line["  xen.c".Length..].Replace(" ", string.Empty)),
        ];
        marks.Length.ShouldBe(2);
        string.Concat(marks).ShouldBe(string.Concat(all.Select(c => c == Xen ? "+" : ".")));
    }

    private static KernelCheck Check(params (string Unit, string? Error)[] units) =>
        new([.. units.Select(u => new UnitCheck(u.Unit, u.Error))], [], null, null);

    // From the legend to the last row.
    private string[] Table(
        IReadOnlyList<KernelConfiguration> configurations, IReadOnlyList<KernelCheck> checks)
    {
        using var output = new StringWriter { NewLine = "\n" };
        new CheckReport(output, configurations).Write(
            new CheckedKernel(_toy.Tree, Order, checks));
        string[] lines = output.ToString().Split('\n');
        int first = Array.FindIndex(lines, l => l.StartsWith("  + ", StringComparison.Ordinal));
        int last = Array.FindLastIndex(
            lines, l => l.StartsWith("  all of it", StringComparison.Ordinal));
        return lines[first..(last + 1)];
    }
}
