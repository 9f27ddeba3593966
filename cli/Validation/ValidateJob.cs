// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Findings;

namespace Dmadiff.Cli.Validation;

/// <summary>What dmadiff validate was asked to do.</summary>
/// <param name="Series">An mbox, a folder of patches, a range, or -.</param>
/// <param name="Tree">The user's repository, or null.</param>
/// <param name="Base">The revision to put the series on; null to have one chosen.</param>
/// <param name="Operations">Generated operations that each kernel is given.</param>
/// <param name="Seed">Which sequences are generated.</param>
/// <param name="Sanitized">Kernels are compiled with sanitizers.</param>
/// <param name="Sandboxed">Compilers and kernels run in the sandbox.</param>
/// <param name="Findings">Folder for traces.</param>
/// <param name="Format">How the report is written.</param>
/// <param name="IsPart">Whether it is one patch of a series whose others are not at hand.
/// </param>
internal sealed record ValidateJob(
    string Series,
    string? Tree,
    string? Base,
    long Operations,
    ulong Seed,
    bool Sanitized,
    bool Sandboxed,
    string Findings,
    FindingsFormat Format,
    bool IsPart);
