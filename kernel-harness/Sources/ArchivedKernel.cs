// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Sources;

/// <summary>A kernel's source package that an archive offers.</summary>
/// <param name="Package">Its name: "linux-source-6.12".</param>
/// <param name="Version">Its version: "6.12.95-1~bpo12+1".</param>
/// <param name="Suite">The first suite that has it: "bookworm-backports".</param>
public sealed record ArchivedKernel(string Package, string Version, string Suite);
