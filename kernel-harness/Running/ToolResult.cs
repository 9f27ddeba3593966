// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Running;

/// <summary>What an external program said.</summary>
/// <param name="ExitCode">Its exit status; 128 and above when a signal ended it.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Errors);
