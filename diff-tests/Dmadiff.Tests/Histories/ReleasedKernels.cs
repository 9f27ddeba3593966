// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Sources;
using Dmadiff.Tests.EndToEnd;

namespace Dmadiff.Tests.Histories;

/// <summary>The distribution's kernels that were imported so far, point releases included.
/// </summary>
internal sealed partial class ReleasedKernels : IDisposable
{
    private readonly KernelRepository _repository;

    public ReleasedKernels()
    {
        string path = new KernelImporter(CacheDirectory.ForUser()).RepositoryPath;
        _repository = KernelRepository.Open(path);
        Versions =
        [
            .. new Command { Folder = path }
                .Tool("git", ["-c", "safe.directory=*", "tag", "--list", "debian/*"])
                .Split('\n').Select(t => Release().Match(t)).Where(m => m.Success)
                .Select(m => (Version.Parse(m.Groups["release"].Value), m.Value))
                .OrderBy(v => v.Item1),
        ];
    }

    /// <summary>Release and tag of each, older first.</summary>
    public IReadOnlyList<(Version Release, string Tag)> Versions { get; }

    /// <summary>The repository they are in.</summary>
    public KernelRepository Repository => _repository;

    /// <summary>The kernel at a tag.</summary>
    public KernelRevision At(string tag) => _repository.Resolve(tag);

    public void Dispose() => _repository.Dispose();

    [GeneratedRegex(@"^debian/(?<release>\d+\.\d+\.\d+)-.*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Release();
}
