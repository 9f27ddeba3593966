// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Commands;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Replays;

namespace Dmadiff.Cli.Output;

/// <summary>Holds the kernels of a replay to the DMA API's contract.</summary>
internal static class ContractOfReplay
{
    /// <summary>Runs it once more under the contract's rules, and tells what is broken.
    /// </summary>
    /// <returns>Whether nothing is.</returns>
    public static bool Write(
        TextWriter output, ReplayInput input, ReplayRun run, CancellationToken cancel)
    {
        if (input.Whole(run.Operations) is not { } trace)
        {
            output.WriteLine("contract       not judged: too long, or too much memory is mapped");
            return true;
        }

        bool isClean = true;
        foreach (ReplayEngine engine in run.Engines.Where(e => e.IsKernel))
        {
            cancel.ThrowIfCancellationRequested();
            IReadOnlyList<ContractFinding> findings =
                new ContractRun(engine.Engine).Run(trace).Findings;
            output.WriteLine(
                $"contract       {engine.Engine.Name}: "
                + (findings.Count == 0 ? "kept" : $"broken in {findings.Count} ways"));
            foreach (ContractFinding finding in findings)
            {
                isClean = false;
                output.WriteLine($"  {ContractRuleNames.Title(finding.Signature.Rule)}");
                output.WriteLine($"  at       {finding.Line}");
                output.WriteLine($"  expected {finding.Expected}");
                output.WriteLine($"  actual   {finding.Actual}");
            }
        }

        return isClean;
    }
}
