// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.ManagedPort.Ported;

namespace Dmadiff.Cli.Drift;

/// <summary>Holds the functions that the port follows against those of a revision.</summary>
/// <param name="Functions">What the port follows.</param>
/// <param name="NotPorted">What it does not, of the files in scope that the revision has.
/// </param>
internal sealed record DriftSurvey(
    IReadOnlyList<DriftedFunction> Functions,
    IReadOnlyList<(string File, IReadOnlyList<string> Names)> NotPorted)
{
    private static readonly string[] Scope =
    [
        "drivers/iommu/dma-iommu.c", "drivers/iommu/iommu.c", "drivers/iommu/iova.c",
        "drivers/xen/swiotlb-xen.c", "kernel/dma/coherent.c", "kernel/dma/direct.c",
        "kernel/dma/mapping.c", "kernel/dma/pool.c", "kernel/dma/swiotlb.c",
    ];

    /// <summary>Looks at a revision.</summary>
    /// <param name="tree">The revision.</param>
    /// <param name="ported">What the port follows.</param>
    /// <param name="digests">And what that was.</param>
    public static DriftSurvey Of(
        ISourceTree tree, IReadOnlyList<PortedFunction> ported, PortedDigests digests)
    {
        Dictionary<string, FunctionTexts?> files = ported.Select(f => f.File).Concat(Scope)
            .Distinct(StringComparer.Ordinal)
            .ToDictionary(f => f, f => FunctionTexts.Of(tree, f), StringComparer.Ordinal);
        var followed = ported.Select(f => (f.File, f.Name)).ToHashSet();
        string nearest = Nearest(ported, f => files[f.File], digests);
        return new DriftSurvey(
            [
                .. ported.GroupBy(f => f.File)
                    .SelectMany(group => Look([.. group], files[group.Key], nearest, digests)),
            ],
            [
                .. Scope.Where(file => files[file] is not null)
                    .Select(file => (file, (IReadOnlyList<string>)
                    [
                        .. files[file]!.Names.Where(name => !followed.Contains((file, name))),
                    ])),
            ]);
    }

    /// <summary>Digests of what the port says that it follows.</summary>
    /// <param name="releases">A tree for each release.</param>
    /// <param name="ported">What the port says.</param>
    /// <exception cref="UserErrorException">A release has no such function.</exception>
    public static PortedDigests Record(
        IReadOnlyDictionary<string, KernelRevision> releases,
        IReadOnlyList<PortedFunction> ported)
    {
        var digests = new PortedDigests();
        var absent = new List<string>();
        foreach ((string release, KernelRevision tree) in releases)
        {
            digests.AddRelease(release, tree.KernelVersion);
            var files = new Dictionary<string, FunctionTexts?>(StringComparer.Ordinal);
            foreach (PortedFunction function in ported.Where(f => f.Releases.Contains(release)))
            {
                if (!files.TryGetValue(function.File, out FunctionTexts? texts))
                {
                    texts = FunctionTexts.Of(tree, function.File);
                    files.Add(function.File, texts);
                }

                if (texts?.Digest(function.Name) is { } digest)
                {
                    digests.Add(function.File, function.Name, release, digest);
                }
                else
                {
                    absent.Add(
                        $"{tree.Name}: {function.File} has no {function.Name}(), which "
                        + $"{string.Join(", ", function.Methods)} is said to follow");
                }
            }
        }

        return absent.Count == 0
            ? digests
            : throw new UserErrorException(string.Join('\n', absent));
    }

    /// <summary>The release that most functions are of; of several the newest.</summary>
    private static string Nearest(
        IReadOnlyList<PortedFunction> functions,
        Func<PortedFunction, FunctionTexts?> fileOf,
        PortedDigests digests) => functions.SelectMany(f => f.Releases).Distinct()
            .OrderByDescending(release => Version.Parse(release))
            .MaxBy(release => functions.Count(f => IsOf(release, f, fileOf(f), digests)))!;

    /// <summary>A file is held against the release that it is nearest to: the port follows
    /// other functions in other releases, and those are no loss. A file that the port follows
    /// in none like this one is none of its business.</summary>
    private static IEnumerable<DriftedFunction> Look(
        IReadOnlyList<PortedFunction> functions,
        FunctionTexts? file,
        string nearestOfAll,
        PortedDigests digests)
    {
        string nearest = Nearest(functions, _ => file, digests);
        bool isLike = functions.Any(f => f.Releases.Contains(nearestOfAll)
            || IsOf(nearest, f, file, digests));
        return functions.Where(f => isLike && f.Releases.Contains(nearest))
            .Select(f => Look(f, nearest, file, digests));
    }

    private static DriftedFunction Look(
        PortedFunction function, string release, FunctionTexts? file, PortedDigests digests) =>
        file?.Find(function.Name) is not { } text
            ? new DriftedFunction(function, DriftState.Gone, release, string.Empty)
            : new DriftedFunction(
                function,
                IsOf(release, function, file, digests) ? DriftState.Unchanged : DriftState.Changed,
                release,
                text);

    private static bool IsOf(
        string release, PortedFunction function, FunctionTexts? file, PortedDigests digests) =>
        file?.Digest(function.Name) is { } digest
        && digests.Find(function.File, function.Name, release) == digest;
}
