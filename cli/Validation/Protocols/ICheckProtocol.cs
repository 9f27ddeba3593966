// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Findings;

namespace Dmadiff.Cli.Validation.Protocols;

/// <summary>How another tool runs checks on patches and reads what comes of them.</summary>
internal interface ICheckProtocol
{
    /// <summary>What is tested when the tool's user names no series.</summary>
    /// <exception cref="KernelHarness.UserErrorException">Nothing says what.</exception>
    string Series { get; }

    /// <summary>Whether the tool hands over one patch of a series at a time.</summary>
    bool IsPart { get; }

    /// <summary>Tells a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="output">Standard output.</param>
    /// <returns>The exit status.</returns>
    int Tell(FindingsReport report, TextWriter output);

    /// <summary>Tells that nothing could be tested, which is not the patch's fault as far as
    /// anybody knows.</summary>
    /// <param name="why">In words.</param>
    /// <param name="output">Standard output.</param>
    /// <returns>The exit status.</returns>
    int TellUntested(string why, TextWriter output);
}
