// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Coverage;

/// <summary>How gcc tells functions apart: where a function is, and what its branches are.
/// </summary>
internal readonly record struct FunctionKey(uint Ident, uint LinesChecksum, uint FlowChecksum);
