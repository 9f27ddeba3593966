// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Findings;
using Dmadiff.Diff.Findings.Formats;
using Dmadiff.Tests.EndToEnd;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Findings;

/// <summary>The kernel's own reader of KTAP takes what is written.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class KtapParserTests(Kernels kernels) : IDisposable
{
    private const string Parser = "tools/testing/kunit/";

    private const string Script = """
        import sys, kunit_parser
        test = kunit_parser.parse_run_tests(open(sys.argv[1], encoding='utf-8'))
        counts = test.counts
        print('counts', counts.passed, counts.failed, counts.crashed, counts.skipped,
              counts.errors)
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PythonFact]
    public void The_kernels_own_parser_reads_a_report_without_error() =>
        Counts(KtapFormat.Render(SampleReport.Make())).ShouldBe("counts 1 3 0 0 0");

    [PythonFact]
    public void A_report_with_nothing_in_it_passes() =>
        Counts(KtapFormat.Render(SampleReport.Make() with
        {
            Checks = [new Check("a # b", []), new Check("c", [])],
        })).ShouldBe("counts 2 0 0 0 0");

    private string Counts(string ktap)
    {
        foreach (string file in new[] { "kunit_parser.py", "kunit_printer.py" })
        {
            byte[] text = kernels[Kernels.New].Tree.ReadFile(Parser + file).ShouldNotBeNull(file);
            File.WriteAllBytes(_folder[file], text);
        }

        _folder.Write("read.py", Script);
        _folder.Write("out.ktap", ktap);
        string said = new Command { Folder = _folder.Root }
            .Tool("python3", ["read.py", "out.ktap"]);
        said.ShouldNotContain("[ERROR]");
        return said.Split('\n')[^1];
    }
}

/// <summary>A test that needs python3, and is skipped without.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':');
        if (!path.Any(folder => File.Exists(Path.Combine(folder, "python3"))))
        {
            Skip = "python3 is not installed";
        }
    }
}
