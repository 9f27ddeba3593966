// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.KernelHarness.Series;

/// <summary>Something about a series that its author should know, and that is no error: a mail
/// or a file that was left out, a choice that was made.</summary>
/// <param name="Kind">What sort of notice it is.</param>
/// <param name="Patch">Number of the patch that it is about; 0 for the series.</param>
/// <param name="Text">A sentence without a full stop, in one line, however long.</param>
public sealed record SeriesNotice(SeriesNoticeKind Kind, int Patch, string Text);
