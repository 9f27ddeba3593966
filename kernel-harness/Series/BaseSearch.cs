// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Running;
using Dmadiff.KernelHarness.Sources;

namespace Dmadiff.KernelHarness.Series;

/// <summary>Finds the kernel that a series is to be put on, and puts it there.</summary>
/// <param name="sources">Where kernels come from.</param>
/// <param name="cache">Where the commits go.</param>
/// <param name="workspace">For temporary files.</param>
/// <param name="notices">Takes what the user should know of the choice.</param>
internal sealed class BaseSearch(
    KernelSources sources,
    CacheDirectory cache,
    SeriesWorkspace workspace,
    List<SeriesNotice> notices)
{
    /// <summary>Releases of a tree that are tried.</summary>
    private const int MostReleases = 12;

    /// <summary>Puts a series on a base that is known.</summary>
    /// <exception cref="UserErrorException">git failed.</exception>
    public AppliedSeries Apply(
        IReadOnlyList<CheckedPatch> patches,
        KernelRevision kernel,
        string reason,
        bool strict,
        CancellationToken cancel)
    {
        SeriesStore store = SeriesStore.Open(cache, kernel.Owner, cancel);
        using var applier = new PatchApplier(
            store, workspace, kernel.CommitId, patches, cancel);
        var results = new List<AppliedPatch>();
        foreach (CheckedPatch patch in patches)
        {
            results.Add(applier.Apply(patch, strict, cancel));
            if (results[^1].Failure is not null)
            {
                break;
            }
        }

        return new AppliedSeries(
            new SeriesBase(kernel.CommitId, NameOf(kernel), reason), store, results);
    }

    /// <summary>Finds the base and puts a series on it.</summary>
    /// <exception cref="UserErrorException">There is none that fits.</exception>
    public AppliedSeries Find(
        IReadOnlyList<CheckedPatch> patches,
        BaseHints hints,
        SeriesRequest request,
        CancellationToken cancel)
    {
        if (hints.Prerequisites > 0)
        {
            Note($"the mails say that {hints.Prerequisites} other "
                + $"{(hints.Prerequisites == 1 ? "patch goes" : "patches go")} before the series");
        }

        if (request.Base is { } asked)
        {
            return Apply(
                patches, sources.Open(request.Tree, asked, cancel), "--base", false, cancel);
        }

        if (hints.Commit is { } commit)
        {
            if (TryOpen(request.Tree, commit, cancel) is { } named)
            {
                return Apply(patches, named, "the mails' base-commit", false, cancel);
            }

            Note($"the mails' base-commit {commit[..CommitInfo.ShortDigits]} is not in "
                + (request.Tree ?? "the kernels that have names (--tree says where it is)"));
        }

        return Newest(patches, request, cancel);
    }

    private AppliedSeries Newest(
        IReadOnlyList<CheckedPatch> patches, SeriesRequest request, CancellationToken cancel)
    {
        KernelRevision[] kernels =
        [
            .. (request.Tree is { } tree ? OfTree(tree, cancel) : Named(cancel))
                .DistinctBy(k => k.CommitId),
        ];
        AppliedSeries? first = null;
        foreach (bool strict in (bool[])[true, false])
        {
            string reason = (kernels.Length == 1
                ? "the only kernel at hand"
                : $"the newest of {kernels.Length} kernels at hand that the whole series applies "
                    + "to") + (strict ? string.Empty : ", with fuzz");
            foreach (KernelRevision kernel in kernels)
            {
                AppliedSeries tried = Apply(patches, kernel, reason, strict, cancel);
                if (tried.Failure is null)
                {
                    return tried;
                }

                first = strict ? first : first ?? tried;
            }
        }

        if (first is null)
        {
            throw new UserErrorException(
                $"{request.Tree}: HEAD is no kernel; say which revision with --base");
        }

        PatchFailure failure = first.Failure!;
        throw new UserErrorException(
            $"{request.Series}: applies to none of "
            + $"{string.Join(", ", kernels.Select(NameOf))}; on {first.Base.Name}, patch "
            + $"{first.Results.Count} fails at {failure.Place}: {failure.Reason}; say which "
            + "revision with --base" + (request.Tree is null ? " and --tree" : string.Empty));
    }

    /// <summary>What is checked out, and the last releases, the newest first.</summary>
    private IEnumerable<KernelRevision> OfTree(string tree, CancellationToken cancel)
    {
        ToolResult tags = Tool.Run(
            "git",
            [
                "-c", "safe.directory=*", "-c", "versionsort.suffix=-rc", "-C", tree,
                "for-each-ref", $"--count={MostReleases}", "--sort=-version:refname",
                "--format=%(refname:strip=2)", "refs/tags/v[0-9]*",
            ],
            cancel);
        return tags.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Prepend("HEAD")
            .Select(name => TryOpen(tree, name, cancel))
            .OfType<KernelRevision>();
    }

    /// <summary>Those that were imported; on a new machine those that are by default.</summary>
    private IEnumerable<KernelRevision> Named(CancellationToken cancel)
    {
        KernelRevision[] imported =
            [.. sources.List(cancel).Select(k => k.Imported).OfType<KernelRevision>()];
        return (imported.Length > 0
            ? imported
            : KernelPackage.DefaultNames.Select(n => sources.Open(null, n, cancel)))
            .OrderByDescending(k => Version.TryParse(k.KernelVersion, out Version? v) ? v : null);
    }

    private KernelRevision? TryOpen(string? tree, string revision, CancellationToken cancel)
    {
        try
        {
            return sources.Open(tree, revision, cancel);
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    private static string NameOf(KernelRevision kernel) =>
        kernel.Name == kernel.CommitId ? kernel.CommitId[..CommitInfo.ShortDigits] : kernel.Name;

    private void Note(string text) =>
        notices.Add(new SeriesNotice(SeriesNoticeKind.Base, 0, text));
}
