// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Build;

/// <summary>Something that the compiler warns of.</summary>
/// <param name="File">Path in the kernel's tree.</param>
/// <param name="Line">The line, from 1 on.</param>
/// <param name="Text">What it says, with the option that asks for it.</param>
public sealed record CompilerWarning(string File, int Line, string Text);
