// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Buffers;

/// <summary>How what is mapped lies in memory.</summary>
internal enum BufferLayout
{
    /// <summary>A list of single pages, as memory of user programs is.</summary>
    Scattered,

    /// <summary>In one piece.</summary>
    Contiguous,
}
