// SPDX-License-Identifier: GPL-2.0-only
using System.Security.Cryptography;
using System.Text;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Mutations;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;

namespace Dmadiff.Cli.Selftest;

/// <summary>Tries mutants of a file of a kernel.</summary>
internal sealed class MutantTrials : IDisposable
{
    private readonly FileUnderTest _file;
    private readonly MutantAmount _amount;
    private readonly Progress _progress;
    private readonly IReadOnlyList<Mutant> _mutants;
    private readonly UnitRebuilder _rebuilder;
    private readonly MutantTrial _trial;

    /// <summary>Records what the kernel as it is does, and prepares builds.</summary>
    /// <exception cref="UserErrorException">The kernel has no such file, or does not compile.
    /// </exception>
    public MutantTrials(
        ISourceTree tree,
        FileUnderTest file,
        MutantAmount amount,
        Progress progress,
        CancellationToken cancel)
    {
        _file = file;
        _amount = amount;
        _progress = progress;
        string text = Encoding.UTF8.GetString(tree.ReadFile(file.Path)
            ?? throw new UserErrorException($"{tree.Name} has no {file.Path}"));
        _mutants =
        [
            .. MutantFinder.In(file.Path, text)
                .Where(m => file.Has(m.Function)
                    && (amount.Function is null || m.Function == amount.Function)),
        ];
        progress.Show($"recording what {tree.Name} does");
        CacheDirectory cache = CacheDirectory.ForUser();
        var builder = new KernelBuilder(cache);
        var covered = new KernelBuilder(cache, variant: BuildVariant.Covered);
        using var healthy = new NativeEngine(covered.Build(tree, cancel));
        SequenceSet sequences = SequenceSet.Record(healthy, file, amount.Operations, cancel);
        _rebuilder = builder.Rebuild(tree, file.Path, cancel);
        _trial = new MutantTrial(
            _rebuilder, builder.BuildRunner(cancel), text, sequences, ReadEquivalents());
    }

    /// <summary>How many mutants there are, tried or not.</summary>
    public int All => _mutants.Count;

    /// <summary>Tries as many as were asked for, drawn from all there are.</summary>
    /// <returns>In the order of the text.</returns>
    public IReadOnlyList<MutantOutcome> Run(CancellationToken cancel)
    {
        Mutant[] drawn =
        [
            .. _mutants.OrderBy(DrawOf, StringComparer.Ordinal).Take(_amount.Mutants)
                .OrderBy(m => m.Start),
        ];
        var outcomes = new MutantOutcome[drawn.Length];
        int done = 0;
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = _amount.Jobs,
            CancellationToken = cancel,
        };
        Parallel.For(0, drawn.Length, options, i =>
        {
            outcomes[i] = _trial.Try(drawn[i], i, cancel);
            int now = Interlocked.Increment(ref done);
            _progress.ShowOften(() => $"{_file.Name}: {now} of {drawn.Length} mutants");
        });
        return outcomes;
    }

    /// <summary>Tries one.</summary>
    public MutantOutcome Try(Mutant mutant, CancellationToken cancel) =>
        _trial.Try(mutant, 0, cancel);

    /// <inheritdoc/>
    public void Dispose() => _rebuilder.Dispose();

    private static EquivalentMutants ReadEquivalents()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "mutants", "equivalent.txt");
        return EquivalentMutants.Parse(File.ReadAllText(path), path);
    }

    // As good as chance, and the same for a change wherever it is and whatever else there is.
    private static string DrawOf(Mutant mutant) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(mutant.Key)));
}
