// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>One patch of a series.</summary>
/// <param name="Number">Its place in the series, from 1 on.</param>
/// <param name="Subject">Without "[PATCH 1/7]".</param>
/// <param name="Author">"Name &lt;address&gt;".</param>
/// <param name="Message">The message below the subject, trailers included; may be empty.</param>
/// <param name="Trailers">Its "Fixes:" and such, in order.</param>
/// <param name="CommitId">The commit it became, 40 digits; null where it does not apply, or one
/// before it does not.</param>
/// <param name="Failure">Why it does not apply; null if it does, or was not tried.</param>
/// <param name="Loose">Where it applied only with fuzz or a merge; mostly empty.</param>
/// <param name="Files">The files it changes, by path. Of a patch without a commit they lack
/// lines and functions.</param>
public sealed record Patch(
    int Number,
    string Subject,
    string Author,
    string Message,
    IReadOnlyList<Trailer> Trailers,
    string? CommitId,
    PatchFailure? Failure,
    IReadOnlyList<LooseHunk> Loose,
    IReadOnlyList<PatchedFile> Files)
{
    /// <summary>The words of the message that claim that nothing changes, as they stand there
    /// ("No functional change intended"); null if it claims no such thing.</summary>
    public string? NoChangeClaim { get; } = NoChangeClaims.Find(Subject, Message);

    /// <summary>The commits that it says it fixes.</summary>
    public IEnumerable<FixesTrailer> Fixes =>
        Trailers.Select(FixesTrailer.Parse).OfType<FixesTrailer>();

    /// <summary>Whether any of its files may be compiled into the kernels under test.</summary>
    public bool IsRelated => Files.Any(f => f.IsRelated);
}
