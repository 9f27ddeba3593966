// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Build;

/// <summary>A unit that is compiled from other texts.</summary>
/// <param name="File">Path in the kernel's tree.</param>
/// <param name="Holder">The unit of this project that holds the file; null when it is one
/// itself.</param>
/// <param name="Flags">How it is compiled, with the folders' names.</param>
internal sealed record RebuiltUnit(string File, string? Holder, IReadOnlyList<string> Flags);
