// SPDX-License-Identifier: GPL-2.0-only
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Dmadiff.Bindings;

namespace Dmadiff.KernelHarness.Build;

/// <content>How the units of one build are compiled, several at a time.</content>
public sealed partial class KernelBuilder
{
    /// <summary>Compiles all units, and for a part that is not wanted, or of which one does
    /// not compile, those that take its place.</summary>
    private CompiledParts CompileParts(
        BuildPaths paths,
        KernelConfiguration configuration,
        EngineCapabilities without,
        FileHashes hashes,
        CancellationToken cancel)
    {
        UnitOutcome[] units = Compile(
            [
                .. _plan.GroupsOf(configuration)
                    .Where(g => g.Part is not { } part || !without.HasFlag(part)),
            ],
            paths,
            configuration,
            hashes,
            stopAtFailure: true,
            cancel);
        ThrowFirst(units.Where(u => u.Part is null));
        LeftOutPart[] leftOut =
        [
            .. units.Where(u => u.Failure is not null)
                .DistinctBy(u => u.Part)
                .Select(u => new LeftOutPart(
                    u.Part!.Value, $"{_plan.NameOf(u.Unit)}: {u.Failure!.Message}")),
            .. Parts.Where(part => without.HasFlag(part))
                .Select(part => new LeftOutPart(part, "not asked for")),
        ];
        var parts = leftOut.Select(l => l.Part).ToHashSet();
        UnitOutcome[] instead = parts.Count == 0
            ? []
            : Compile(
                [
                    .. _plan.GroupsOf(configuration)
                        .Where(g => g.Part is { } part && parts.Contains(part))
                        .Select(g => g with { Units = g.Otherwise, Part = null }),
                ],
                paths,
                configuration,
                hashes,
                stopAtFailure: true,
                cancel);
        ThrowFirst(instead);
        UnitOutcome[] linked =
            [.. units.Where(u => u.Part is not { } part || !parts.Contains(part)), .. instead];
        return new CompiledParts(
            [.. linked.Select(u => u.Unit)],
            [.. linked.Select(u => u.Object!)],
            leftOut,
            [.. units.Select(u => u.Failure).OfType<KernelBuildException>()],
            units.Concat(instead).Count(u => u.Compiled));
    }

    private static void ThrowFirst(IEnumerable<UnitOutcome> units)
    {
        if (units.FirstOrDefault(u => u.Failure is not null)?.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private UnitOutcome[] CompileAll(
        BuildPaths paths,
        KernelConfiguration configuration,
        FileHashes hashes,
        bool stopAtFailure,
        CancellationToken cancel) =>
        Compile(
            _plan.GroupsOf(configuration), paths, configuration, hashes, stopAtFailure, cancel);

    private UnitOutcome[] Compile(
        IReadOnlyList<UnitGroup> groups,
        BuildPaths paths,
        KernelConfiguration configuration,
        FileHashes hashes,
        bool stopAtFailure,
        CancellationToken cancel)
    {
        var objects = new ObjectCache(_cache, paths, hashes);
        string headers = _harness.HeaderNames();
        var tools = new BuildTools(paths, _sandbox);
        (string Unit, EngineCapabilities? Part, UnitCompiler Compiler)[] units =
        [
            .. groups.SelectMany(group => group.Units.Select(unit => (
                unit,
                group.Part,
                new UnitCompiler(
                    paths,
                    ConfigurationFlags.Expand(_plan.FlagsOf(group, unit), configuration),
                    headers,
                    objects,
                    tools,
                    _plan.NameOf(unit))))),
        ];
        var done = new UnitOutcome[units.Length];
        int firstFailure = units.Length;
        var options = new ParallelOptions
        {
            CancellationToken = cancel,
            MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount),
        };

        // One at a time, in order: a worker that took a row of them at once might be left with
        // the long ones when the others have nothing to do.
        var each = Partitioner.Create(
            Enumerable.Range(0, units.Length), EnumerablePartitionerOptions.NoBuffering);
        Parallel.ForEach(each, options, i =>
        {
            (string unit, EngineCapabilities? part, UnitCompiler compiler) = units[i];
            done[i] = new UnitOutcome(unit, part, null, false, null);

            // Which unit fails first is a matter of luck, but the first in order is named:
            // those before a failed one still run.
            if (stopAtFailure && i > Volatile.Read(ref firstFailure))
            {
                return;
            }

            try
            {
                (string path, bool compiled) = compiler.Compile(unit, i, cancel);
                done[i] = new UnitOutcome(unit, part, path, compiled, null);
            }
            catch (UserErrorException e)
            {
                done[i] = new UnitOutcome(unit, part, null, false, e);
                if (part is null)
                {
                    Volatile.Write(ref firstFailure, Math.Min(i, firstFailure));
                }
            }
        });
        return done;
    }

    /// <summary>All that is linked to a library.</summary>
    /// <param name="Units">As in the plan, in order.</param>
    /// <param name="Objects">What they were compiled to.</param>
    /// <param name="LeftOut">Parts of the kernel that are not in it.</param>
    /// <param name="Failures">Why they are not.</param>
    /// <param name="CompiledUnits">Units that had to be compiled.</param>
    private sealed record CompiledParts(
        IReadOnlyList<string> Units,
        IReadOnlyList<string> Objects,
        IReadOnlyList<LeftOutPart> LeftOut,
        IReadOnlyList<KernelBuildException> Failures,
        int CompiledUnits);

    /// <summary>What came of a unit.</summary>
    /// <param name="Unit">As in the plan.</param>
    /// <param name="Part">The part it belongs to; null when every build needs it.</param>
    /// <param name="Object">Path of the object; null when it failed or was not tried.</param>
    /// <param name="Compiled">False when the object was there.</param>
    /// <param name="Failure">Why it failed.</param>
    private sealed record UnitOutcome(
        string Unit,
        EngineCapabilities? Part,
        string? Object,
        bool Compiled,
        UserErrorException? Failure);
}
