// SPDX-License-Identifier: GPL-2.0-only
using System.Collections;
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.ManagedPort.Xen;

/// <summary>
/// The modelled hypervisor's map: which machine frame is behind which frame of the guest, by a
/// rule and what is special. All frames have 4096 bytes, whatever a page of the guest has.
/// </summary>
public sealed class XenFrames
{
    /// <summary>log2 of a frame's bytes.</summary>
    public const int FrameShift = 12;

    /// <summary>Bytes of a frame.</summary>
    public const ulong FrameBytes = 1UL << FrameShift;

    /// <summary>No frame.</summary>
    public const ulong NoFrame = ulong.MaxValue;

    /// <summary>Machine frames below this are the hypervisor's own, to exchange for a guest's.
    /// </summary>
    private const ulong FreeFrames = 1UL << (30 - FrameShift);

    /// <summary>Bits of an address within its frame.</summary>
    public const ulong OffsetMask = FrameBytes - 1;

    private const int MostSpecials = 1024;

    private readonly List<Special> _specials = [];
    private readonly BitArray _taken = new((int)FreeFrames);
    private ulong _guestFrames;
    private ulong _runFrames;

    /// <summary>Starts a guest.</summary>
    /// <param name="frames">Of the guest.</param>
    /// <param name="run">How many of them are contiguous in machine memory; 0 when guest and
    /// machine frames are the same but for foreign ones.</param>
    public void PowerOn(ulong frames, ulong run)
    {
        _specials.Clear();
        _taken.SetAll(false);
        _guestFrames = frames;
        _runFrames = run;
    }

    /// <summary>The machine frame behind a frame of the guest; the frame itself beyond the
    /// guest's memory.</summary>
    public ulong MachineFrame(ulong frame) => Find(frame) is var at and >= 0
        ? _specials[at].Machine + (frame - _specials[at].Frame)
        : ByRule(frame);

    /// <summary>The machine address behind an address of the guest.</summary>
    public ulong MachineAddress(ulong phys) =>
        (MachineFrame(phys >> FrameShift) << FrameShift) | (phys & OffsetMask);

    /// <summary>The guest's address that a machine address is behind. There is none for another
    /// domain's frame, and what comes out then is beyond all memory.</summary>
    public ulong GuestAddress(ulong machine) =>
        (GuestFrame(machine >> FrameShift) << FrameShift) | (machine & OffsetMask);

    /// <summary>Whether frames that follow each other in the guest do not in the machine.
    /// </summary>
    [Ports("drivers/xen/swiotlb-xen.c", "range_straddles_page_boundary", "6.1", "6.12", "7.3")]
    public bool AreTorn(ulong phys, ulong size)
    {
        ulong frame = phys >> FrameShift;
        ulong next = MachineFrame(frame);
        uint frames = (uint)(((phys & OffsetMask) + size + OffsetMask) >> FrameShift);
        for (uint i = 1; i < frames; i++)
        {
            if (MachineFrame(++frame) != ++next)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The guest's frame that a machine frame is behind, <see cref="NoFrame"/> when it
    /// is not the guest's. A translated guest takes all machine frames for its own.</summary>
    public ulong GuestFrame(ulong machine)
    {
        if (_runFrames == 0)
        {
            return machine;
        }
        ulong frame = Excepted(machine, foreign: false);
        if (frame == NoFrame)
        {
            frame = ByRuleBack(machine);
        }
        return frame != NoFrame && MachineFrame(frame) == machine ? frame : NoFrame;
    }

    /// <summary>Which memory of the guest a device finds there, foreign frames included.
    /// </summary>
    public ulong ReachedFrame(ulong machine)
    {
        ulong frame = Excepted(machine, foreign: true);
        if (frame != NoFrame)
        {
            return frame;
        }
        frame = GuestFrame(machine);
        return frame < _guestFrames && MachineFrame(frame) == machine ? frame : NoFrame;
    }

    /// <summary>Puts another domain's frame behind one of the guest.</summary>
    /// <returns>Whether that could be done: a frame that was exchanged stays.</returns>
    public bool TryMapForeign(ulong frame, ulong machine)
    {
        int at = Find(frame);
        if (at >= 0 && !_specials[at].IsForeign)
        {
            return false;
        }
        var foreign = new Special(frame, machine, 1, IsForeign: true);
        if (at < 0)
        {
            return TryAdd(foreign);
        }
        _specials[at] = foreign;
        return true;
    }

    /// <summary>Exchanges the frames behind some of the guest for contiguous ones, aligned to
    /// their size.</summary>
    /// <param name="frame">The first of the guest's.</param>
    /// <param name="count">How many, a power of two.</param>
    /// <param name="limit">Where the others must end.</param>
    /// <returns>The first machine frame, or <see cref="NoFrame"/>.</returns>
    public ulong Exchange(ulong frame, ulong count, ulong limit)
    {
        ulong end = Math.Min(limit, FreeFrames);
        for (ulong i = 0; i < count; i++)
        {
            if (Find(frame + i) >= 0)
            {
                return NoFrame;
            }
        }
        for (ulong machine = 0; machine + count <= end; machine += count)
        {
            if (!IsFree(machine, count))
            {
                continue;
            }
            if (!TryAdd(new Special(frame, machine, count, IsForeign: false)))
            {
                return NoFrame;
            }
            Mark(machine, count, taken: true);
            return machine;
        }
        return NoFrame;
    }

    /// <summary>Puts back what was behind them.</summary>
    /// <param name="frame">The first of the guest's that were exchanged.</param>
    /// <returns>Whether they were.</returns>
    public bool TryExchangeBack(ulong frame)
    {
        int at = Find(frame);
        if (at < 0 || _specials[at].IsForeign || _specials[at].Frame != frame)
        {
            return false;
        }
        Special exchanged = _specials[at];
        Mark(exchanged.Machine, exchanged.Count, taken: false);
        _specials[at] = exchanged with { Count = 0 };
        return true;
    }

    private ulong Runs => (_guestFrames + _runFrames - 1) / _runFrames;

    /// <summary>The last run comes first, and what is between two runs is another's.</summary>
    private ulong ByRule(ulong frame)
    {
        if (_runFrames == 0 || frame >= _guestFrames)
        {
            return frame;
        }
        ulong run = Runs - 1 - (frame / _runFrames);
        return FreeFrames + (2 * run * _runFrames) + (frame % _runFrames);
    }

    private ulong ByRuleBack(ulong machine)
    {
        if (machine < FreeFrames)
        {
            return NoFrame;
        }
        machine -= FreeFrames;
        ulong run = machine / _runFrames;
        if (run % 2 != 0 || run / 2 >= Runs)
        {
            return NoFrame;
        }
        ulong frame = ((Runs - 1 - (run / 2)) * _runFrames) + (machine % _runFrames);
        return frame < _guestFrames ? frame : NoFrame;
    }

    private int Find(ulong frame)
    {
        for (int i = _specials.Count - 1; i >= 0; i--)
        {
            if (frame - _specials[i].Frame < _specials[i].Count)
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>The special frame that leads to a machine frame.</summary>
    private ulong Excepted(ulong machine, bool foreign)
    {
        for (int i = _specials.Count - 1; i >= 0; i--)
        {
            Special other = _specials[i];
            if (other.IsForeign == foreign && machine - other.Machine < other.Count)
            {
                return other.Frame + (machine - other.Machine);
            }
        }
        return NoFrame;
    }

    private bool TryAdd(Special special)
    {
        int at = _specials.FindIndex(e => e.Count == 0);
        if (at >= 0)
        {
            _specials[at] = special;
        }
        else if (_specials.Count < MostSpecials)
        {
            _specials.Add(special);
        }
        else
        {
            return false;
        }
        return true;
    }

    private bool IsFree(ulong machine, ulong count)
    {
        for (ulong i = 0; i < count; i++)
        {
            if (_taken[(int)(machine + i)])
            {
                return false;
            }
        }
        return true;
    }

    private void Mark(ulong machine, ulong count, bool taken)
    {
        for (ulong i = 0; i < count; i++)
        {
            _taken[(int)(machine + i)] = taken;
        }
    }

    /// <summary>Frames of the guest that have others behind them than the rule says.</summary>
    /// <param name="Frame">The first.</param>
    /// <param name="Machine">The first machine frame.</param>
    /// <param name="Count">How many; 0 for a place that is free.</param>
    /// <param name="IsForeign">Whether they are another domain's; else they were exchanged.
    /// </param>
    private readonly record struct Special(
        ulong Frame, ulong Machine, ulong Count, bool IsForeign);
}
