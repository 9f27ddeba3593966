// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Validation;

/// <summary>A number on the command line that code which a series adds goes by.</summary>
/// <param name="Name">"io_buffer_pool.num_slots".</param>
/// <param name="Bits">How many it has.</param>
public sealed record AddedParameter(string Name, int Bits);
