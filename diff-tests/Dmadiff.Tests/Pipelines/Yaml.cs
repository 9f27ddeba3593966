// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Tests.Style;
using YamlDotNet.RepresentationModel;

namespace Dmadiff.Tests.Pipelines;

/// <summary>A piece of shell in a pipeline.</summary>
/// <param name="Job">The job it is of.</param>
/// <param name="Run">The shell.</param>
internal sealed record ShellStep(string Job, string Run);

/// <summary>Reads the pipelines.</summary>
internal static class Yaml
{
    public static YamlMappingNode Read(string path)
    {
        var stream = new YamlStream();
        using var reader = new StreamReader(Path.Combine(SourceTree.Root, path));
        stream.Load(reader);
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    public static IEnumerable<string> Keys(YamlMappingNode node) => node.Children.Keys.Select(Text);

    public static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    /// <summary>All shell in the workflow for GitHub, in order.</summary>
    public static IEnumerable<ShellStep> GithubSteps() =>
        from job in ((YamlMappingNode)Read("ci/github/dmadiff.yml")["jobs"]).Children
        from step in ((YamlSequenceNode)job.Value["steps"]).Cast<YamlMappingNode>()
        where Keys(step).Contains("run")
        select new ShellStep(Text(job.Key), Text(step["run"]));

    /// <summary>All shell in the pipeline for GitLab, in order.</summary>
    public static IEnumerable<ShellStep> GitlabSteps() =>
        from job in Read("ci/gitlab/dmadiff.yml").Children
        where Text(job.Key).StartsWith("dmadiff ", StringComparison.Ordinal)
        from line in (YamlSequenceNode)job.Value["script"]
        select new ShellStep(Text(job.Key)["dmadiff ".Length..], Text(line));
}
