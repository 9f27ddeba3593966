// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.Bindings;
using Dmadiff.Diff.Snapshots;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness.Native;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.Tests.RealKernels;
using Dmadiff.Tests.Style;
using Dmadiff.Tests.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Snapshots;

/// <summary>
/// What kernel and port do on the corpus is under version control: one set of snapshots for
/// each generation, which both have to write to the byte.
/// </summary>
[Collection(nameof(KernelsCollection))]
public sealed partial class CorpusSnapshotTests(Kernels kernels)
{
    [Theory]
    [InlineData(Kernels.Old, "6.1")]
    [InlineData(Kernels.New, "6.12")]
    public void The_kernel_does_what_is_stored(string name, string folder)
    {
        using var engine = new NativeEngine(kernels[name].Build);
        Differing(engine, folder).ShouldBeEmpty(Advice(name, folder));
    }

    [Theory]
    [InlineData(Kernels.Old, "6.1")]
    [InlineData(Kernels.New, "6.12")]
    public void The_port_does_the_same_to_the_byte(string name, string folder)
    {
        using var engine = new PortEngine(kernels[name].Profile);
        Differing(engine, folder).ShouldBeEmpty(Advice(name, folder));
    }

    [Fact]
    public void No_snapshot_says_anything_of_this_machine()
    {
        string[] files = Directory.GetFiles(
            Folder(""), "*.verified.txt", SearchOption.AllDirectories);
        files.Length.ShouldBeGreaterThan(2 * 50);
        foreach (string text in files.Select(File.ReadAllText))
        {
            text.ShouldNotContain("swiotlb.c");
            HostAddress().IsMatch(text).ShouldBeFalse();
            text.ShouldNotContain("\r");
        }
    }

    private static IEnumerable<string> Differing(IEngine engine, string folder) =>
        new SnapshotFolder(Folder(folder))
            .Compare(Corpus.Files.Where(f => CanRun(engine, f)).Select(f => (
                Path.GetFileNameWithoutExtension(f),
                SnapshotText.Write(engine, TraceParser.ParseFile(f)))))
            .Where(r => r.State is SnapshotState.Changed or SnapshotState.Missing)
            .Select(r => $"{r.Name} {r.State}:\n"
                + UnifiedDiff.Of("stored", r.Stored, "now", r.Current));

    // The machine of a trace may want the kernel configured otherwise than it was built here.
    private static bool CanRun(IEngine engine, string file)
    {
        Trace trace = TraceParser.ParseFile(file);
        return trace.Configuration.IsDefault
            && (engine.Lacks & TraceNeeds.Of(trace)) == EngineCapabilities.None;
    }

    private static string Advice(string name, string folder) =>
        $"if it is meant: ./dmadiff snapshot --rev {name} --out diff-tests/snapshots/{folder} "
        + "--accept";

    // Where Linux puts libraries and heaps of its processes.
    [GeneratedRegex(@"\b0x(7f|5[56])[0-9a-f]{10}\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HostAddress();

    private static string Folder(string name) =>
        Path.Combine(SourceTree.Root, "diff-tests", "snapshots", name);
}
