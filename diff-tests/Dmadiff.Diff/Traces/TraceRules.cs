// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>Tells whether a trace that was made in code makes sense.</summary>
public static class TraceRules
{
    /// <summary>What is wrong with it, in order; empty for a good one.</summary>
    public static IReadOnlyList<string> Check(Trace trace)
    {
        var problems = new List<string>();
        void Note(string part, string message) => problems.Add(message);

        DeclarationRules.Check(trace.Machine, Note);
        foreach (var pool in trace.Pools)
        {
            DeclarationRules.Check(pool, Note);
        }

        foreach (var device in trace.Devices)
        {
            DeclarationRules.CheckNode(device, trace.Machine, Note);
            IommuSyntax.Check(device, trace.Machine, Note);
            DeclarationRules.Check(device, trace.Pools.Select(pool => pool.Name), Note);
        }

        foreach (var buffer in trace.Buffers)
        {
            DeclarationRules.Check(buffer, Note);
        }

        if (problems.Count == 0)
        {
            BufferPlacement.Place(trace, (_, message) => problems.Add(message));
        }

        var rules = new OperationRules(trace);
        foreach (var operation in trace.Operations)
        {
            rules.Apply(operation, Note);
        }

        return problems;
    }
}
