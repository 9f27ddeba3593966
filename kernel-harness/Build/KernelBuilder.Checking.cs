// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.KernelHarness.Export;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.KernelHarness.Build;

/// <content>What of a kernel can be compiled.</content>
public sealed partial class KernelBuilder
{
    /// <summary>The kernel's files under test in any configuration, by path in its tree, in the
    /// order of the plan.</summary>
    public IReadOnlyList<string> TreeUnits => _plan.TreeUnits;

    /// <summary>
    /// Finds out what of a kernel can be compiled: unlike a build, does not stop at the first
    /// unit that cannot.
    /// </summary>
    /// <exception cref="UserErrorException">There is no compiler, or no cache.</exception>
    public KernelCheck Check(ISourceTree tree, CancellationToken cancel) =>
        Check(tree, KernelConfiguration.Default, cancel);

    /// <summary>The same of a kernel that is configured in some way.</summary>
    /// <exception cref="UserErrorException">There is no compiler, or no cache.</exception>
    public KernelCheck Check(
        ISourceTree tree, KernelConfiguration configuration, CancellationToken cancel)
    {
        IReadOnlyList<string> found = _probes.Find(tree);
        string[] absent = [.. _plan.TreeUnits.Where(u => tree.ContentId(u) is null)];
        string[] present = [.. _plan.TreeUnits.Except(absent, StringComparer.Ordinal)];
        UnitOutcome[] outcomes;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("dmadiff-check-");
        try
        {
            string source = _exporter.Export(tree, present, cancel);
            outcomes = CompileAll(
                Prepare(source, FeatureProbes.Header(found), folder.FullName),
                configuration,
                new FileHashes(),
                stopAtFailure: false,
                cancel);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        IReadOnlyList<UnitCheck> units =
        [
            .. outcomes.Select(o => new UnitCheck(
                _plan.NameOf(o.Unit),
                absent.Contains(_plan.NameOf(o.Unit))
                    ? "this tree has no such file"
                    : o.Failure?.Message)
            {
                Part = o.Part,
            }),
        ];
        KernelBuild? build = null;
        string? linkError = null;
        if (units.All(u => u.Error is null || u.Part is not null))
        {
            try
            {
                build = Build(tree, configuration, cancel);
            }
            catch (KernelBuildException e)
            {
                linkError = e.Message;
            }
        }

        return new KernelCheck(units, found, build, linkError);
    }
}
