// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>A temporary folder for the parts that a series is taken into, and an empty
/// repository for git to run in.</summary>
internal sealed class SeriesWorkspace : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("dmadiff-series-").FullName;
    private int _count;

    /// <summary>Makes it.</summary>
    /// <param name="cancel">Ends git.</param>
    public SeriesWorkspace(CancellationToken cancel)
    {
        string repository = Path.Combine(_root, "git");
        PrivateGit.Create(repository, cancel);
        Git = new PrivateGit(repository);
    }

    /// <summary>Runs git with no kernel at hand.</summary>
    public PrivateGit Git { get; }

    /// <summary>A path that nothing has used yet.</summary>
    public string NewPath() => Path.Combine(_root, $"{++_count:d5}");

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_root, recursive: true);
}
