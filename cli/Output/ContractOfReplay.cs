// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Commands;
using Dmadiff.Diff.Campaigns;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Cli.Output;

/// <summary>Holds the kernels of a replay to the DMA API's contract.</summary>
internal static class ContractOfReplay
{
    /// <summary>Runs it once more under the contract's rules, and tells what is broken.
    /// </summary>
    /// <returns>Whether nothing is.</returns>
    public static bool Write(
        TextWriter output,
        ReplayInput input,
        long operations,
        Contest contest,
        CancellationToken cancel)
    {
        if (input.Whole(operations) is not { } trace)
        {
            output.WriteLine("contract       not judged: too long, or too much memory is mapped");
            return true;
        }

        bool isClean = true;
        for (int i = 0; i < contest.Engines.Count; i++)
        {
            if (!contest.IsKernel(i))
            {
                continue;
            }

            cancel.ThrowIfCancellationRequested();
            IReadOnlyList<ContractFinding> findings =
                new ContractRun(contest.Engines[i]).Run(trace).Findings;
            string name = contest.Engines[i].Name;
            output.WriteLine(
                $"contract       {name}: {Summary.Count(findings.Count, "breach")}");
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
