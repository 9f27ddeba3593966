// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Validation;

/// <summary>A configuration that compiles what a patch changes, where the default does not.
/// </summary>
/// <param name="Configuration">The configuration.</param>
/// <param name="Since">Number of the first patch that it is for.</param>
/// <param name="Why">What of that patch asks for it: "CONFIG_HIGHMEM", "kmap_local_page".
/// </param>
public sealed record ChosenConfiguration(
    KernelConfiguration Configuration, int Since, string Why);
