// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Litmus;

/// <summary>What one CPU does in a litmus test.</summary>
/// <param name="Stands">The function that it stands for.</param>
/// <param name="Body">Its statements, a line each.</param>
internal sealed record LitmusThread(string Stands, params string[] Body);
