// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Selftest;

/// <summary>How much is tried.</summary>
/// <param name="Mutants">Mutants of a file.</param>
/// <param name="Operations">Operations of a mutant.</param>
/// <param name="Jobs">Mutants at a time.</param>
/// <param name="Function">The only function that mistakes are put into; null for all.</param>
internal sealed record MutantAmount(int Mutants, long Operations, int Jobs, string? Function);
