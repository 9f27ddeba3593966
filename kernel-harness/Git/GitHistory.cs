// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Git;

/// <summary>
/// Asks git about the history of a repository, by plumbing commands that write nothing: no
/// references, no index, no work tree, and nothing is fetched.
/// </summary>
public sealed class GitHistory
{
    private const int IdDigits = 40;
    private readonly string _repository;
    private readonly bool _firstParent;

    /// <summary>Asks about one repository.</summary>
    /// <param name="repository">Its path.</param>
    /// <param name="firstParent">Follows only the first parent of merges.</param>
    public GitHistory(string repository, bool firstParent)
    {
        _repository = repository;
        _firstParent = firstParent;
    }

    /// <summary>Whether one commit is reached from another, or is the same.</summary>
    /// <exception cref="UserErrorException">git failed.</exception>
    public bool IsAncestor(string ancestor, string commit, CancellationToken cancel)
    {
        ToolResult result = Run(["merge-base", "--is-ancestor", ancestor, commit], cancel);
        return result.ExitCode <= 1
            ? result.ExitCode == 0
            : throw Failed("merge-base", result);
    }

    /// <summary>Where the histories of a commit and of any of others part.</summary>
    /// <returns>Ids; empty when they have nothing in common.</returns>
    /// <exception cref="UserErrorException">git failed.</exception>
    public IReadOnlyList<string> MergeBases(
        string commit, IEnumerable<string> others, CancellationToken cancel)
    {
        ToolResult result = Run(["merge-base", "--all", commit, .. others], cancel);
        return result.ExitCode <= 1 ? Ids(result.Output) : throw Failed("merge-base", result);
    }

    /// <summary>
    /// The commits that may be the first bad one, those first that split the rest most
    /// evenly, as git weighs them.
    /// </summary>
    /// <param name="bad">A bad commit.</param>
    /// <param name="good">Good commits.</param>
    /// <param name="paths">Only commits that touch one of these count.</param>
    /// <param name="cancel">Ends git.</param>
    /// <exception cref="UserErrorException">git failed.</exception>
    public IReadOnlyList<string> Bisect(
        string bad,
        IEnumerable<string> good,
        IEnumerable<string> paths,
        CancellationToken cancel) =>
        Ids(RevList(["--bisect-all"], [bad], good, paths, cancel));

    /// <summary>The newest commit of a range that touches one of some paths, or null.</summary>
    /// <exception cref="UserErrorException">git failed.</exception>
    public string? Newest(
        string commit,
        IEnumerable<string> without,
        IEnumerable<string> paths,
        CancellationToken cancel) =>
        Ids(RevList(["--max-count=1"], [commit], without, paths, cancel)).FirstOrDefault();

    /// <summary>
    /// The commits of a range that touch one of some paths, each with those of its ancestors
    /// that come next; ancestors first.
    /// </summary>
    /// <exception cref="UserErrorException">git failed.</exception>
    public IReadOnlyList<(string Commit, IReadOnlyList<string> Parents)> Range(
        string from, string to, IEnumerable<string> paths, CancellationToken cancel) =>
    [
        .. RevList(["--topo-order", "--reverse", "--parents"], [to], [from], paths, cancel)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .Select(ids => (ids[0], (IReadOnlyList<string>)ids[1..])),
    ];

    /// <summary>How many commits a range has, whatever they touch.</summary>
    /// <exception cref="UserErrorException">git failed.</exception>
    public int Count(string from, string to, CancellationToken cancel) => int.Parse(
        RevList(["--count"], [to], [from], [], cancel), CultureInfo.InvariantCulture);

    /// <summary>Author, date and subject of a commit.</summary>
    /// <exception cref="UserErrorException">git failed.</exception>
    public CommitInfo Describe(string commit, CancellationToken cancel)
    {
        string[] lines = Output(
            [
                "rev-list", "--max-count=1", "--no-commit-header",
                "--format=%H%n%P%n%an <%ae>%n%ad%n%s", commit, "--",
            ],
            cancel).Split('\n');
        return new CommitInfo(
            lines[0],
            lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries),
            lines[2],
            lines[3],
            lines[4]);
    }

    /// <summary>What a commit changes in some files, as git prints it. Of a merge, what it has
    /// that none of its parents has.</summary>
    /// <exception cref="UserErrorException">git failed.</exception>
    public string Diff(CommitInfo commit, IEnumerable<string> paths, CancellationToken cancel) =>
        Output(
            [
                "diff-tree", "-p", "-r", "--root", "--no-commit-id", "--no-color",
                "--no-ext-diff", "--no-textconv", "--find-renames",
                .. commit.Parents.Count > 1 ? new[] { "--cc" } : [],
                commit.Id, "--", .. paths,
            ],
            cancel);

    private string RevList(
        IEnumerable<string> options,
        IEnumerable<string> from,
        IEnumerable<string> without,
        IEnumerable<string> paths,
        CancellationToken cancel) => Output(
        [
            "rev-list", .. options, .. _firstParent ? new[] { "--first-parent" } : [],
            .. from, "--not", .. without, "--", .. paths,
        ],
        cancel);

    private string Output(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        ToolResult result = Run(arguments, cancel);
        return result.ExitCode == 0 ? result.Output : throw Failed(arguments[0], result);
    }

    private ToolResult Run(IEnumerable<string> arguments, CancellationToken cancel) => Tool.Run(
        "git",
        [
            "--no-pager", "--literal-pathspecs", "-c", "safe.directory=*",
            "-c", "protocol.allow=never", "-C", _repository, .. arguments,
        ],
        cancel);

    private UserErrorException Failed(string command, ToolResult result) => new(
        $"{_repository}: git {command} failed: {result.Errors.Trim().Split('\n')[0]}");

    private static string[] Ids(string output) =>
    [
        .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[..IdDigits]),
    ];
}
