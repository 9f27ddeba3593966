// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Xml.Linq;
using Dmadiff.Tests.KernelHarness;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>dmadiff bench bounce-pool, as a user runs it.</summary>
public sealed class BenchBouncePoolCommandTests : IDisposable
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_saved_comes_near_to_what_was_posted_and_is_the_same_each_time()
    {
        Outcome run = Bench("--svg", "plot.svg");
        run.Exit.ShouldBe(0, run.Errors);
        Saved(run.Output, "map of").ShouldAllBe(percent => percent <= -99);
        Saved(run.Output, "unmap of").Zip([-97.0, -94, -90, -87])
            .ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) <= 1.5);
        run.Output.Split('\n').ShouldAllBe(line => line.Length <= 75);

        string plot = File.ReadAllText(_folder["plot.svg"]);
        XElement root = XDocument.Parse(plot).Root!;
        root.Name.ShouldBe(Svg + "svg");
        root.Elements(Svg + "polyline").Count().ShouldBe(3);

        Outcome again = Bench("--svg", "again.svg");
        again.Output.ShouldBe(run.Output);
        File.ReadAllText(_folder["again.svg"]).ShouldBe(plot);
    }

    [Fact]
    public void Where_the_IOMMU_is_free_copying_never_pays()
    {
        Outcome run = Bench("--iommu-op", "0", "--iommu-page", "0", "--copy-byte", "1");
        run.Exit.ShouldBe(0, run.Errors);
        run.Output.ShouldContain("           0              4K             4K\n");
    }

    [Fact]
    public void What_is_no_price_is_refused()
    {
        Outcome run = Bench("--copy-byte", "-1");
        run.Exit.ShouldBe(2);
        run.Errors.ShouldContain("--copy-byte takes 0 to 1000000000 nanoseconds");
    }

    [Fact]
    public void A_plot_that_cannot_be_written_is_said()
    {
        Outcome run = Bench("--svg", "missing/plot.svg");
        run.Exit.ShouldBe(2);
        run.Errors.ShouldStartWith("dmadiff: missing/plot.svg: cannot be written: ");
    }

    private Outcome Bench(params string[] arguments) =>
        new Command { Folder = _folder.Root }.Run(["bench", "bounce-pool", .. arguments]);

    // The eighth column of the four rows below a heading.
    private static double[] Saved(string output, string heading) =>
    [
        .. output.Split('\n')
            .SkipWhile(line => !line.StartsWith(heading, StringComparison.Ordinal))
            .Skip(3)
            .Take(4)
            .Select(line => double.Parse(
                line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[7],
                CultureInfo.InvariantCulture)),
    ];
}
