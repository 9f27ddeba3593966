// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Sources;

namespace Dmadiff.KernelHarness.Series;

/// <summary>Reads a series in any of its forms, finds its base, and makes a commit of every
/// patch, in a repository of dmadiff's own. The user's is only read.</summary>
/// <param name="sources">Where kernels come from.</param>
/// <param name="cache">Holds the repository with the commits.</param>
public sealed class SeriesLoader(KernelSources sources, CacheDirectory cache)
{
    /// <summary>Loads a series. The same series on the same base gives the same commits.
    /// </summary>
    /// <param name="request">What the user asked for.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="UserErrorException">It cannot be read, there is no patch in it, one is
    /// missing, or no base can be found. A patch that does not apply is no error: it has a
    /// failure in place of a commit.</exception>
    public PatchSeries Load(SeriesRequest request, CancellationToken cancel)
    {
        try
        {
            return Read(request, cancel);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new UserErrorException(
                $"{request.Series}: made so that reading it does not end", e);
        }
    }

    private PatchSeries Read(SeriesRequest request, CancellationToken cancel)
    {
        using var workspace = new SeriesWorkspace(cancel);
        var notices = new List<SeriesNotice>();
        var search = new BaseSearch(sources, cache, workspace, notices);
        if (CommitRange.Parse(request.Series) is { } range)
        {
            return LoadRange(range, request, workspace, search, notices, cancel);
        }

        var reader = new MailReader(workspace);
        PatchMail[] mails =
        [
            .. SeriesInputs.Find(request, workspace).SelectMany(f => reader.Read(f, cancel)),
        ];
        string name = request.Series == "-" ? "standard input" : request.Series;
        SeriesMails chosen = new MailSelection(name, notices).Choose(
            request.IsPart ? [.. mails.Select(m => m.WithoutNumber())] : mails);
        CheckedPatch[] patches = Check(chosen.Patches, workspace, notices, cancel);
        if (request is { IsPart: true, Tree: { } tree, Base: null } && patches.Length == 1
            && InHistory(tree, patches[0], workspace, cancel) is { } known)
        {
            return Assemble(chosen.Title, patches, known, notices, cancel);
        }

        AppliedSeries applied = search.Find(patches, BaseHints.Of(chosen), request, cancel);
        return Assemble(chosen.Title, patches, applied, notices, cancel);
    }

    private PatchSeries LoadRange(
        CommitRange range,
        SeriesRequest request,
        SeriesWorkspace workspace,
        BaseSearch search,
        List<SeriesNotice> notices,
        CancellationToken cancel)
    {
        string tree = request.Tree ?? throw new UserErrorException(
            $"{request.Series}: a range of commits is one of a tree; say which with --tree PATH");
        KernelRevision older = sources.Open(tree, range.From, cancel);
        KernelRevision newer = sources.Open(tree, range.To, cancel);
        SeriesStore store = SeriesStore.Open(cache, newer.Owner, cancel);
        var reader = new RangeReader(store.Git, workspace);
        string start = reader.Start(range, older.CommitId, newer.CommitId, cancel);
        IReadOnlyList<string> commits = reader.Commits(range, start, newer.CommitId, cancel);
        CheckedPatch[] patches = Check(
            [.. commits.Select((c, i) => reader.Read(c, i + 1, commits.Count, cancel))],
            workspace,
            notices,
            cancel);
        string title = patches.Length == 1 ? patches[0].Mail.Tag.Title : request.Series;
        if (request.Base is { } asked
            && sources.Open(tree, asked, cancel) is { } other && other.CommitId != start)
        {
            return Assemble(
                title, patches, search.Apply(patches, other, "--base", false, cancel), notices,
                cancel);
        }

        bool isStart = start == older.CommitId;
        var place = new SeriesBase(
            start,
            isStart ? older.Name : start[..CommitInfo.ShortDigits],
            isStart
                ? "the start of the range"
                : $"where {range.To} leaves the history of {range.From}");
        var applied = new AppliedSeries(
            place, store, [.. commits.Select(c => new AppliedPatch(c, null, []))]);
        return Assemble(
            title, [.. patches.Select(p => p with { Binary = [] })], applied, notices, cancel);
    }

    /// <summary>A patch where the tree has it already.</summary>
    private AppliedSeries? InHistory(
        string tree, CheckedPatch patch, SeriesWorkspace workspace, CancellationToken cancel)
    {
        KernelRevision head = sources.Open(tree, "HEAD", cancel);
        SeriesStore store = SeriesStore.Open(cache, head.Owner, cancel);
        var history = new PatchHistory(store.Git, workspace);
        if (history.Find(head.CommitId, patch, cancel) is not { } commit)
        {
            return null;
        }

        string before = store.Git.Output(["rev-parse", commit + "~1"], cancel).Trim();
        return new AppliedSeries(
            new SeriesBase(
                before,
                before[..CommitInfo.ShortDigits],
                $"the commit before {commit[..CommitInfo.ShortDigits]}, which is this patch"),
            store,
            [new AppliedPatch(commit, null, [])]);
    }

    private static CheckedPatch[] Check(
        IReadOnlyList<PatchMail> mails,
        SeriesWorkspace workspace,
        List<SeriesNotice> notices,
        CancellationToken cancel)
    {
        var checks = new PatchChecks(workspace.Git, notices);
        return [.. mails.Select((m, i) => checks.Check(m, i + 1, cancel))];
    }

    private static PatchSeries Assemble(
        string title,
        IReadOnlyList<CheckedPatch> patches,
        AppliedSeries applied,
        List<SeriesNotice> notices,
        CancellationToken cancel)
    {
        var inspector = new PatchInspector(applied.Store.Git);
        var made = new List<Patch>();
        string before = applied.Base.CommitId;
        foreach (CheckedPatch patch in patches)
        {
            AppliedPatch result = applied.Results.ElementAtOrDefault(made.Count)
                ?? new AppliedPatch(null, null, []);
            made.Add(new Patch(
                patch.Number,
                patch.Mail.Tag.Title,
                $"{patch.Mail.AuthorName} <{patch.Mail.AuthorMail}>",
                patch.Mail.Message,
                Trailers.Of(patch.Mail.Message),
                result.Commit,
                result.Failure,
                result.Loose,
                result.Commit is { } commit
                    ? inspector.Inspect(before, commit, cancel)
                    : PatchInspector.Outline(patch.Files)));
            before = result.Commit ?? before;
            notices.AddRange(patch.Binary.Select(file => new SeriesNotice(
                SeriesNoticeKind.Binary,
                patch.Number,
                $"patch {patch.Number} changes {file}, a binary file, which is left as it is")));
        }

        notices.AddRange(PatchNotices.Of(made, applied.Base.Name));
        return new PatchSeries(title, applied.Base, applied.Store.Path, made, notices);
    }
}
