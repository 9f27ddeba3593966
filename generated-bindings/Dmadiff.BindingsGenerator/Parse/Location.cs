// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.BindingsGenerator.Parse;

/// <summary>A place in a source file.</summary>
/// <param name="File">Path, as it was given to clang.</param>
/// <param name="Line">Line, from 1.</param>
public readonly record struct Location(string File, int Line)
{
    /// <summary>"file:line".</summary>
    public override string ToString() => $"{File}:{Line}";
}
