// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>Sorts of notices, for those that count or filter them.</summary>
public enum SeriesNoticeKind
{
    /// <summary>A mail without a patch: a cover letter or a reply.</summary>
    Mail,

    /// <summary>A mail that is there twice, or that a newer version replaces.</summary>
    Superseded,

    /// <summary>A binary file, which is not applied.</summary>
    Binary,

    /// <summary>A patch of which no file is under test.</summary>
    Unrelated,

    /// <summary>A patch that took fuzz or a merge to apply.</summary>
    Fuzz,

    /// <summary>About the base: one that was asked for and is not there, patches that are to
    /// go first.</summary>
    Base,

    /// <summary>A mail whose patch is not what the mail says that it is.</summary>
    Damaged,
}
