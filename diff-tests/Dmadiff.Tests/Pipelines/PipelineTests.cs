// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.Tests.Style;
using Shouldly;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Dmadiff.Tests.Pipelines;

/// <summary>The ready pipelines have the shape that their readers require.</summary>
public partial class PipelineTests
{
    [Fact]
    public void The_workflow_for_github_has_what_its_schema_requires()
    {
        YamlMappingNode root = Yaml.Read("ci/github/dmadiff.yml");
        Yaml.Keys(root).ShouldBe(["name", "on", "permissions", "env", "jobs"]);
        var jobs = (YamlMappingNode)root["jobs"];
        Yaml.Keys(jobs).ShouldBe(["branch", "snapshots", "nightly"]);
        foreach (YamlMappingNode job in jobs.Children.Values.Cast<YamlMappingNode>())
        {
            Yaml.Keys(job).ShouldBe(["if", "runs-on", "container", "steps"]);
            foreach (YamlMappingNode step in ((YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>())
            {
                string[] keys = [.. Yaml.Keys(step)];
                keys.ShouldBeSubsetOf(["name", "uses", "with", "run", "if"]);
                keys.Count(k => k is "uses" or "run").ShouldBe(1);
                if (keys.Contains("uses"))
                {
                    Yaml.Text(step["uses"]).ShouldMatch(@"^[\w-]+(/[\w-]+)+@v\d+$");
                }
            }
        }
    }

    [Fact]
    public void What_a_shell_runs_holds_no_text_from_a_pull_request() =>
        Yaml.GithubSteps().Select(s => s.Run).ShouldAllBe(run => !run.Contains("${{"));

    [Fact]
    public void The_pipeline_for_gitlab_has_what_its_schema_requires()
    {
        YamlMappingNode root = Yaml.Read("ci/gitlab/dmadiff.yml");
        string[] stages = [.. ((YamlSequenceNode)root["stages"]).Select(Yaml.Text)];
        string[] jobs = [.. Yaml.Keys(root).Except(["stages", "variables"])];
        jobs.ShouldBe([".dmadiff", "dmadiff branch", "dmadiff snapshots", "dmadiff nightly"]);
        stages.ShouldContain(Yaml.Text(root[".dmadiff"]["stage"]));
        Yaml.Text(root[".dmadiff"]["image"]).ShouldBe("$DMADIFF_IMAGE");
        foreach (string name in jobs.Skip(1))
        {
            var job = (YamlMappingNode)root[name];
            Yaml.Text(job["extends"]).ShouldBe(".dmadiff");
            ((YamlSequenceNode)job["script"]).ShouldAllBe(line => Yaml.Text(line).Length > 0);
            ((YamlSequenceNode)job["rules"]).ShouldAllBe(
                rule => Yaml.Keys((YamlMappingNode)rule).All(k => k == "if"));
        }
    }

    [Fact]
    public void Every_step_that_a_pipeline_calls_is_there()
    {
        string all = string.Concat(Yaml.GithubSteps().Concat(Yaml.GitlabSteps()).Select(s => s.Run));
        string[] called = [.. Step().Matches(all).Select(m => m.Groups["name"].Value).Distinct()];
        called.Order(StringComparer.Ordinal).ShouldBe(
            Directory.GetFiles(Path.Combine(SourceTree.Root, "ci", "steps"))
                .Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_image_has_what_the_launcher_asks_for()
    {
        string text = File.ReadAllText(Path.Combine(SourceTree.Root, "ci", "Containerfile"));
        foreach (string package in new[]
        {
            "binutils", "gcc", "git", "libc6-dev", "libgit2-1", "util-linux", "xz-utils",
        })
        {
            text.ShouldContain(package);
        }

        text.ShouldContain("COPY . /opt/dmadiff\n");
        string steps = Yaml.Text(Yaml.Read("ci/github/dmadiff.yml")["env"]["STEPS"]);
        steps.ShouldBe("/opt/dmadiff/ci/steps");
        Yaml.Text(Yaml.Read("ci/gitlab/dmadiff.yml")["variables"]["STEPS"]).ShouldBe(steps);
    }

    [GeneratedRegex(@"\$STEPS/(?<name>[\w.-]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Step();
}
