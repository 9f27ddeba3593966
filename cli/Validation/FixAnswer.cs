// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Validation;

/// <summary>What became of a commit that a patch says it fixes.</summary>
/// <param name="Text">In words.</param>
/// <param name="IsWrong">Whether what that commit broke is still broken.</param>
internal sealed record FixAnswer(string Text, bool IsWrong);
