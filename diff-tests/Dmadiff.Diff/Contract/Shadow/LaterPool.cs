// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Contract.Shadow;

/// <summary>Bounce memory that a pool has got since boot, as the machine says.</summary>
/// <param name="Number">What the machine calls it now.</param>
/// <param name="Owner">Number of the pool that has grown.</param>
/// <param name="Device">Index of the device that it is for alone, or none.</param>
/// <param name="Start">Physical address.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Slots">Slots that it has.</param>
/// <param name="Used">Slots of it that are in use.</param>
internal sealed record LaterPool(
    int Number, int Owner, uint Device, ulong Start, ulong Bytes, ulong Slots, ulong Used)
{
    public bool IsTransient => Device != AbiConstants.None;

    public bool Overlaps(ulong address, ulong size) =>
        address < Start ? size > Start - address : Bytes > address - Start;

    public bool Holds(ulong address, ulong size) =>
        address >= Start && size <= Bytes && address - Start <= Bytes - size;

    /// <summary>All there are, in the order of their numbers.</summary>
    /// <param name="engine">The machine.</param>
    /// <param name="first">The first number that no declared pool has.</param>
    public static IEnumerable<LaterPool> Read(IEngine engine, int first)
    {
        for (var number = first; engine.ReadPool(number) is { } state; number++)
        {
            yield return new LaterPool(
                number,
                (int)state.Owner,
                state.Device,
                state.Start,
                state.Bytes,
                state.Nslabs,
                state.Used);
        }
    }
}
