// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Scaling;

/// <summary>What was counted, per mapping: a map and the unmap of it.</summary>
/// <param name="Locks">Locks taken.</param>
/// <param name="Contended">Of these, locks that another CPU had.</param>
/// <param name="Transfers">Cache lines that moved between CPUs.</param>
/// <param name="Flushes">Flushes of the IOTLB.</param>
/// <param name="MostUnflushed">The most ranges that devices could still reach, though they
/// were unmapped, at any time; not per mapping.</param>
/// <param name="Refused">Mappings for which there was no address, of all that were tried.
/// </param>
internal sealed record ScalingFigures(
    double Locks,
    double Contended,
    double Transfers,
    double Flushes,
    long MostUnflushed,
    double Refused);
