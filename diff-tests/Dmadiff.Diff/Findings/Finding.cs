// SPDX-License-Identifier: GPL-2.0-only
using System.Security.Cryptography;
using System.Text;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Findings;

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>A change that may well be meant.</summary>
    Note,

    /// <summary>Something that somebody has to look at.</summary>
    Warning,

    /// <summary>Something that is wrong by any standard.</summary>
    Error,
}

/// <summary>A place in a kernel's sources, as far as it is known.</summary>
/// <param name="Function">The C function, or empty.</param>
/// <param name="File">Path in the kernel tree, with forward slashes, or empty.</param>
/// <param name="Line">Counted from 1; 0 when it is not known.</param>
public sealed record FindingPlace(string Function, string File, int Line)
{
    /// <summary>Nothing is known.</summary>
    public static FindingPlace Unknown { get; } = new(string.Empty, string.Empty, 0);
}

/// <summary>
/// One thing that was found: all that any output says of it, and nothing that is particular to
/// one.
/// </summary>
public sealed record Finding
{
    /// <summary>What kind of finding it is.</summary>
    public required FindingRule Rule { get; init; }

    /// <summary>The revision it was found in, by the name that the user gave.</summary>
    public required string Revision { get; init; }

    /// <summary>What that was compared with; empty when it is wrong by itself.</summary>
    public string Against { get; init; } = string.Empty;

    /// <summary>A few words that name it among the findings of its rule and revision.</summary>
    public required string Title { get; init; }

    /// <summary>One line that says what is wrong.</summary>
    public required string What { get; init; }

    /// <summary>Where in the kernel.</summary>
    public FindingPlace Place { get; init; } = FindingPlace.Unknown;

    /// <summary>Commits that may have brought it, the newest first, each with its subject.
    /// </summary>
    public IReadOnlyList<string> Commits { get; init; } = [];

    /// <summary>Where the first sequence that showed it came from.</summary>
    public string Origin { get; init; } = string.Empty;

    /// <summary>How many sequences showed it.</summary>
    public int Count { get; init; } = 1;

    /// <summary>What it is, for people: lines of at most 75 columns, without the trace and the
    /// command that replays it.</summary>
    public required string Text { get; init; }

    /// <summary>Why it is so, where that is known; a paragraph, or empty.</summary>
    public string Explanation { get; init; } = string.Empty;

    /// <summary>The part of <see cref="Text"/> that says what came of the trace; empty when it
    /// has no such part.</summary>
    public string Outcome { get; init; } = string.Empty;

    /// <summary>The smallest trace that shows it, or null when it needs none.</summary>
    public Trace? Trace { get; init; }

    /// <summary>The file with the trace, or empty.</summary>
    public string TracePath { get; init; } = string.Empty;

    /// <summary>The command that shows it again, or null.</summary>
    public ShellCommand? Replay { get; init; }

    /// <summary>
    /// 16 hexadecimal digits, the same in every run and on every revision that shows the same
    /// defect: no line number, count, seed or address goes into it.
    /// </summary>
    public string Fingerprint => Hash($"{Rule.Id}\n{Title}\n{Place.Function}");

    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
