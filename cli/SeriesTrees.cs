// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Validation;
using Dmadiff.Diff.Validation;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Series;
using Dmadiff.KernelHarness.Sources;

namespace Dmadiff.Cli;

/// <summary>Kernels with a series of patches on top.</summary>
/// <param name="sources">Where kernels come from.</param>
/// <param name="cache">Holds the commits.</param>
internal sealed class SeriesTrees(KernelSources sources, CacheDirectory cache) : IDisposable
{
    private readonly List<KernelRepository> _repositories = [];
    private readonly List<AddedSwitch> _switches = [];

    private readonly List<AddedParameter> _parameters = [];
    private readonly Dictionary<KernelRevision, string> _options = [];

    /// <summary>What the series that were opened add.</summary>
    public IReadOnlyList<AddedSwitch> Switches => _switches;

    /// <summary>The numbers on the command line that they add.</summary>
    public IReadOnlyList<AddedParameter> Parameters => _parameters;

    /// <summary>The option of the configuration that a series adds, the last one if there are
    /// several, without CONFIG_; null when it adds none.</summary>
    public string? OptionOf(ISourceTree tree) =>
        tree is KernelRevision revision ? _options.GetValueOrDefault(revision) : null;

    /// <summary>The kernel after the last patch.</summary>
    /// <param name="series">The series, in any form that validate takes.</param>
    /// <param name="tree">The user's repository, or null.</param>
    /// <param name="revision">What it is put on; null for what it is for.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="UserErrorException">It cannot be read, or does not apply.</exception>
    public KernelRevision Open(
        string series, string? tree, string? revision, CancellationToken cancel)
    {
        using Stream input = Console.OpenStandardInput();
        PatchSeries applied = new SeriesLoader(sources, cache).Load(
            new SeriesRequest(series, tree, revision, input), cancel);
        if (applied.FirstFailed is { Failure: { } failure } patch)
        {
            throw new UserErrorException(
                $"{series}: patch {patch.Number} does not apply on {applied.Base.Name}: "
                + $"{failure.Place}: {failure.Reason}");
        }

        IReadOnlyList<AddedSwitch> added = SwitchFinder.Of(applied, cancel);
        _switches.AddRange(added.Except(_switches));
        _parameters.AddRange(SwitchFinder.ParametersOf(applied, cancel).Except(_parameters));
        var repository = KernelRepository.Open(applied.Repository);
        _repositories.Add(repository);
        string name = series == "-" ? "series" : Path.GetFileNameWithoutExtension(series);
        KernelRevision opened = repository.Resolve(
            applied.Patches[^1].CommitId!, $"{applied.Base.Name}+{name}");
        if (added.LastOrDefault(s => s.Kind == SwitchKind.Kconfig) is { } option)
        {
            _options[opened] = option.Name;
        }

        return opened;
    }

    /// <inheritdoc/>
    public void Dispose() => _repositories.ForEach(r => r.Dispose());
}
