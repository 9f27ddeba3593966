// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Running;

namespace Dmadiff.Diff.Reports;

/// <summary>All that a reader of a divergence needs, ready to be rendered.</summary>
public sealed record DivergenceReport
{
    /// <summary>Compiler and machine in one line: "gcc 12.2, x86-64".</summary>
    public required string Environment { get; init; }

    /// <summary>Where the sequence came from: "sequence 34 of seed 1", or a file.</summary>
    public required string Origin { get; init; }

    /// <summary>Name of the judge.</summary>
    public required string Judge { get; init; }

    /// <summary>The divergence and the state of both sides after it.</summary>
    public required DivergenceDetails Details { get; init; }
}
