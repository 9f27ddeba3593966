// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>A line such as "Fixes: 1234567890ab (...)" at the end of a message.</summary>
/// <param name="Key">Before the colon: "Fixes".</param>
/// <param name="Value">Behind it, trimmed; continued lines joined by a space.</param>
public sealed record Trailer(string Key, string Value);
