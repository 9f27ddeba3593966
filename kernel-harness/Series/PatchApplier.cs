// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Series;

/// <summary>
/// Applies patches to a base one after the other, as git am -3 does, and where that fails with
/// less context. Works on an index that has only the files of the patches; nothing is checked
/// out. The commits depend on nothing but base and patches.
/// </summary>
internal sealed class PatchApplier : IDisposable
{
    private const int FullContext = 3;
    private const int LeastContext = 1;
    private const string Committer = "dmadiff";
    private readonly PrivateGit _git;
    private readonly SeriesWorkspace _workspace;
    private readonly TreeWriter _trees;
    private readonly KeyValuePair<string, string?>[] _index;
    private readonly long _baseDate;
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private Dictionary<string, (string Mode, string Blob)> _entries;

    /// <summary>Starts at a base.</summary>
    /// <param name="store">The repository that commits go to.</param>
    /// <param name="workspace">Where the index is kept.</param>
    /// <param name="commit">The base.</param>
    /// <param name="patches">All that will be applied.</param>
    /// <param name="cancel">Ends git.</param>
    /// <exception cref="UserErrorException">The base cannot be read.</exception>
    public PatchApplier(
        SeriesStore store,
        SeriesWorkspace workspace,
        string commit,
        IEnumerable<CheckedPatch> patches,
        CancellationToken cancel)
    {
        _git = store.Git;
        _workspace = workspace;
        _trees = new TreeWriter(store.Path);
        Head = commit;
        _index = [KeyValuePair.Create("GIT_INDEX_FILE", (string?)workspace.NewPath())];
        _baseDate = long.Parse(
            _git.Output(
                ["show", "--no-patch", "--no-notes", "--format=%ct", commit, "--"], cancel),
            CultureInfo.InvariantCulture);
        string files = Entries(commit, patches, cancel);
        _git.Output(["update-index", "-z", "--index-info"], cancel, _index, files);
        _entries = Indexed(cancel);
    }

    /// <summary>The last commit: the base at first.</summary>
    public string Head { get; private set; }

    /// <summary>Applies one more. One that does not apply changes nothing.</summary>
    /// <param name="patch">The patch.</param>
    /// <param name="strict">Whether it has to fit as it is, at whatever line.</param>
    /// <param name="cancel">Ends git.</param>
    /// <exception cref="UserErrorException">git failed.</exception>
    public AppliedPatch Apply(CheckedPatch patch, bool strict, CancellationToken cancel)
    {
        if (patch.Files.FirstOrDefault(f => _folders.Contains(f.Path)) is { } file)
        {
            return new AppliedPatch(
                null,
                new PatchFailure(file.Path, 0, 0, "it is to be a file, and is a folder"),
                []);
        }

        ToolResult exact = Try(patch, [], cancel);
        if (exact.ExitCode == 0)
        {
            return Commit(patch, [], cancel);
        }

        PatchFailure failure = ApplyMessages.Failure(
            exact.Errors, patch.Files, path => Text(path, cancel));
        if (Try(patch, ["--check", "--reverse"], cancel).ExitCode == 0)
        {
            return new AppliedPatch(
                null, failure with { Reason = "what it does is there already" }, []);
        }

        return (strict ? null : ApplyLoosely(patch, exact.Errors, cancel))
            ?? new AppliedPatch(null, failure, []);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _trees.Dispose();
        File.Delete(_index[0].Value!);
    }

    private AppliedPatch? ApplyLoosely(
        CheckedPatch patch, string errors, CancellationToken cancel)
    {
        if (Merge(patch, cancel))
        {
            return Commit(patch, ApplyMessages.Merged(errors), cancel);
        }

        for (int context = FullContext - 1; context >= LeastContext; context--)
        {
            ToolResult loose = Try(patch, [$"-C{context}"], cancel);
            if (loose.ExitCode == 0)
            {
                return Commit(patch, ApplyMessages.Fuzz(loose.Errors, patch.Files), cancel);
            }
        }

        return null;
    }

    /// <summary>A merge that leaves conflicts leaves them in the index, which is put back.
    /// </summary>
    private bool Merge(CheckedPatch patch, CancellationToken cancel)
    {
        ToolResult merged = Try(patch, ["--3way"], cancel);
        if (_git.Output(["ls-files", "--unmerged"], cancel, _index).Length == 0)
        {
            return merged.ExitCode == 0;
        }

        string files = _workspace.NewPath();
        File.WriteAllText(files, string.Concat(_entries.Select(
            e => $"{e.Value.Mode} blob {e.Value.Blob}\t{e.Key}\0")));
        File.Delete(_index[0].Value!);
        _git.Output(["update-index", "-z", "--index-info"], cancel, _index, files);
        return false;
    }

    private ToolResult Try(
        CheckedPatch patch, IReadOnlyList<string> how, CancellationToken cancel) => _git.Run(
        [
            "apply", "--cached", "-v", "--whitespace=nowarn", .. how,
            .. patch.Binary.Select(file => "--exclude=" + Literal(file)), "--allow-empty",
            patch.Mail.PatchFile,
        ],
        cancel,
        _index);

    private AppliedPatch Commit(
        CheckedPatch patch, IReadOnlyList<LooseHunk> loose, CancellationToken cancel)
    {
        PatchMail mail = patch.Mail;
        string tree = Tree(cancel);
        string message = _workspace.NewPath();
        File.WriteAllText(message, $"{mail.Tag.Title}\n\n{mail.Message}".Trim() + "\n");
        string[] command = ["commit-tree", tree, "-p", Head, "-F", message];
        ToolResult made = _git.Run(command, cancel, People(patch, mail.Date));
        if (made.ExitCode != 0)
        {
            // What is in the mail is no date.
            made = _git.Run(command, cancel, People(patch, BaseDate(patch)));
        }

        if (made.ExitCode != 0)
        {
            throw new UserErrorException(
                $"{mail.Name}: cannot be made a commit: {made.Errors.Trim().Split('\n')[0]}");
        }

        Head = made.Output.Trim();
        return new AppliedPatch(Head, null, loose);
    }

    /// <summary>The last commit's tree with what has changed in the index since.</summary>
    private string Tree(CancellationToken cancel)
    {
        Dictionary<string, (string Mode, string Blob)> before = _entries;
        _entries = Indexed(cancel);
        return _trees.Write(
            Head,
            before.Keys.Except(_entries.Keys)
                .Select(path => KeyValuePair.Create(path, ((string, string)?)null))
                .Concat(_entries
                    .Where(e => !before.TryGetValue(e.Key, out var old) || old != e.Value)
                    .Select(e => KeyValuePair.Create(e.Key, ((string, string)?)e.Value))));
    }

    /// <summary>What the base has at the paths of the patches, and above them: a patch may
    /// want a folder where there is a file.</summary>
    private string Entries(
        string commit, IEnumerable<CheckedPatch> patches, CancellationToken cancel)
    {
        string[] paths =
        [
            .. patches.SelectMany(p => p.Files)
                .SelectMany(f => (string?[])[f.OldPath, f.NewPath])
                .OfType<string>()
                .SelectMany(WithFolders)
                .Distinct(StringComparer.Ordinal),
        ];
        string list = _git.Output(["ls-tree", "-z", commit, "--", .. paths], cancel);
        string files = _workspace.NewPath();
        ILookup<bool, string> byKind = list
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .ToLookup(e => e.Contains(" tree ", StringComparison.Ordinal));
        _folders.UnionWith(byKind[true].Select(e => e.Split('\t', 2)[1]));
        File.WriteAllText(files, string.Concat(byKind[false].Select(e => e + '\0')));
        return files;
    }

    private static IEnumerable<string> WithFolders(string path)
    {
        for (int end = path.IndexOf('/'); end >= 0; end = path.IndexOf('/', end + 1))
        {
            yield return path[..end];
        }

        yield return path;
    }

    private Dictionary<string, (string Mode, string Blob)> Indexed(CancellationToken cancel) =>
        _git.Output(["ls-files", "--stage", "-z"], cancel, _index)
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(e => (Place: e.Split('\t', 2), Words: e.Split(' ', 3)))
            .ToDictionary(e => e.Place[1], e => (e.Words[0], e.Words[1]), StringComparer.Ordinal);

    /// <summary>A date after the base's, as git looks through histories by date.</summary>
    private string BaseDate(CheckedPatch patch) =>
        string.Create(CultureInfo.InvariantCulture, $"@{_baseDate + patch.Number} +0000");

    private KeyValuePair<string, string?>[] People(CheckedPatch patch, string date) =>
    [
        KeyValuePair.Create("GIT_AUTHOR_NAME", (string?)patch.Mail.AuthorName),
        KeyValuePair.Create("GIT_AUTHOR_EMAIL", (string?)patch.Mail.AuthorMail),
        KeyValuePair.Create("GIT_AUTHOR_DATE", (string?)(date.Length > 0 ? date : BaseDate(patch))),
        KeyValuePair.Create("GIT_COMMITTER_NAME", (string?)Committer),
        KeyValuePair.Create("GIT_COMMITTER_EMAIL", (string?)Committer),
        KeyValuePair.Create("GIT_COMMITTER_DATE", (string?)BaseDate(patch)),
    ];

    private string? Text(string path, CancellationToken cancel)
    {
        ToolResult text = _git.Run(["cat-file", "blob", ":" + path], cancel, _index);
        return text.ExitCode == 0 ? text.Output : null;
    }

    /// <summary>A path as a pattern that matches nothing else.</summary>
    private static string Literal(string path) =>
        string.Concat(path.Select(c => c is '*' or '?' or '[' or '\\' ? $"\\{c}" : $"{c}"));
}
