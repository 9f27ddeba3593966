// SPDX-License-Identifier: GPL-2.0-only
using System.Xml.Linq;
using Dmadiff.Tests.EndToEnd;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Dmadiff.Tests.Style;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Pipelines;

/// <summary>
/// Runs the shell of the ready pipelines as it stands in them, on a small tree that has a
/// crash in its last commit, with only what comes from outside set: the repository, the
/// revisions and the folder of the steps.
/// </summary>
[Collection(nameof(CommandCollection))]
public sealed class StepTests(Kernels kernels) : IDisposable
{
    private static readonly SourceEdit Crash =
        new("swiotlb_bounce", @"if \(orig_addr ==", "*(volatile int *)0 = 1; $0");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_jobs_for_github_run()
    {
        Prepare("linux");
        string environment = "export GITHUB_ENV=\"$PWD/env\"; : >\"$GITHUB_ENV\"; ";
        Outcome branch = Run(_folder.Root, environment, Steps(Yaml.GithubSteps(), "branch"));
        branch.Exit.ShouldBe(1, branch.Errors);
        branch.Output.ShouldContain("SIGSEGV");
        XDocument.Load(_folder["results/branch.junit.xml"]).Descendants("failure").ShouldNotBeEmpty();
        File.ReadAllText(_folder["results/branch.sarif"]).ShouldContain("\"new-crash\"");

        Outcome snapshots = Run(_folder.Root, environment, Steps(Yaml.GithubSteps(), "snapshots"));
        snapshots.Exit.ShouldBe(1, snapshots.Errors);
        snapshots.Output.ShouldMatch(@"\d+ snapshots: \d+ not stored;");
        Directory.Exists(_folder["linux/dmadiff-snapshots"]).ShouldBeFalse();
        Directory.GetFiles(_folder["results/snapshots"], "*.received.txt").ShouldNotBeEmpty();

        // The first night finds something new, the second knows it.
        Outcome night = Run(_folder.Root, environment, Steps(Yaml.GithubSteps(), "nightly"));
        night.Exit.ShouldBe(1, night.Errors);
        night.Output.ShouldContain("new: ");
        Outcome next = Run(_folder.Root, environment, Steps(Yaml.GithubSteps(), "nightly"));
        next.Exit.ShouldBe(0, next.Output + next.Errors);
        next.Output.ShouldContain(" 0 new, ");
        File.Exists(_folder["results/known.junit.xml"]).ShouldBeTrue();
    }

    [Fact]
    public void The_jobs_for_gitlab_run()
    {
        Prepare("project");
        string environment = "export XDG_CACHE_HOME=\"$PWD/.dmadiff/cache\"; ";
        Outcome branch = Run(_folder["project"], environment, Steps(Yaml.GitlabSteps(), "branch"));
        branch.Exit.ShouldBe(1, branch.Errors);
        File.Exists(_folder["project/.dmadiff-results/branch.junit.xml"]).ShouldBeTrue();
        Directory.Exists(_folder["project/.dmadiff/cache/dmadiff/builds"]).ShouldBeTrue();

        // A branch that takes the crash away is welcome.
        Outcome clean = Run(
            _folder["project"],
            environment + "export CI_COMMIT_SHA=$BASE CI_MERGE_REQUEST_DIFF_BASE_SHA=$HEAD; ",
            Steps(Yaml.GitlabSteps(), "branch"));
        clean.Exit.ShouldBe(0, clean.Output + clean.Errors);
    }

    private void Prepare(string tree)
    {
        UserTree.Create(_folder, tree, kernels[Kernels.New], Crash);
        new Command { Folder = _folder[tree] }.Tool("git", ["remote", "add", "origin", "."]);
    }

    private static string Steps(IEnumerable<ShellStep> steps, string job) => string.Join(
        '\n', steps.Where(s => s.Job == job).Select(s => s.Run));

    private Outcome Run(string folder, string environment, string shell)
    {
        string revisions = "tree=.; [ ! -e linux ] || tree=linux; "
            + "export HEAD=$(git -C $tree rev-parse main) BASE=$(git -C $tree rev-parse main~1); "
            + "export CI_COMMIT_SHA=$HEAD CI_MERGE_REQUEST_DIFF_BASE_SHA=$BASE; ";
        string fixtures = $"export STEPS='{Path.Combine(SourceTree.Root, "ci", "steps")}' "
            + $"HOME='{_folder.Root}' DMADIFF_OPS=200 DMADIFF_SECONDS=1 DMADIFF_SEED=5 COMMITS=1; "
            + "export -f dmadiff; set -e; ";
        return new Command { Folder = folder }.Shell(revisions + fixtures + environment + shell);
    }
}
