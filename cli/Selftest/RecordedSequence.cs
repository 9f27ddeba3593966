// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Cli.Selftest;

/// <summary>A sequence, and what the kernel as it is did with it.</summary>
/// <param name="Origin">Where it comes from.</param>
/// <param name="Trace">The sequence.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Functions">Functions of the file under test that it ran.</param>
/// <param name="Lines">Lines of the file that it ran.</param>
internal sealed record RecordedSequence(
    string Origin,
    LoweredTrace Trace,
    RecordedEngine Result,
    IReadOnlySet<string> Functions,
    IReadOnlySet<int> Lines);
