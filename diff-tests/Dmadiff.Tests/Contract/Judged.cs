// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Tests.Contract;

/// <summary>Traces under the contract.</summary>
internal static class Judged
{
    public static ContractReport Report(IEngine engine, string text) =>
        new ContractRun(engine).Run(TraceLowering.Lower(TraceParser.Parse(text)));

    /// <summary>"C2 alignment map" for each finding.</summary>
    public static string[] Findings(IEngine engine, string text) =>
        [.. Report(engine, text).Findings.Select(f => f.Signature.ToString())];
}
