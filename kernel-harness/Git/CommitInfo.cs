// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Git;

/// <summary>What reports tell of a commit.</summary>
/// <param name="Id">Its full id.</param>
/// <param name="Parents">Ids of its parents, in order.</param>
/// <param name="Author">"Name &lt;address&gt;".</param>
/// <param name="Date">The author's date, as git prints it.</param>
/// <param name="Subject">First line of its message.</param>
public sealed record CommitInfo(
    string Id, IReadOnlyList<string> Parents, string Author, string Date, string Subject)
{
    /// <summary>Digits of an id that are enough to be understood in a mail.</summary>
    public const int ShortDigits = 12;

    /// <summary>The first digits of its id.</summary>
    public string ShortId => Id[..ShortDigits];

    /// <summary>How the kernel's commits name the one they fix: 1234567890ab ("subject").
    /// </summary>
    public string Reference => $"{ShortId} (\"{Subject}\")";
}
