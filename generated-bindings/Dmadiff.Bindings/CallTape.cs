// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;

namespace Dmadiff.Bindings;

/// <summary>What an engine was asked, and digests of what it answered: whoever asks, and goes
/// by nothing but the answers, would ask an engine that answers alike the same.</summary>
public sealed class CallTape
{
    private readonly List<Stretch> _stretches = [];

    /// <summary>From each boot to the next.</summary>
    public IReadOnlyList<Stretch> Stretches => _stretches;

    /// <summary>Whether it holds everything: an answer that means something else for another
    /// kernel, such as a place in its code, cannot be compared.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Bytes that it takes up.</summary>
    public long Bytes => _stretches.Sum(s => (long)s.Bytes.Count);

    /// <summary>Notes a boot.</summary>
    /// <param name="setup">What was booted.</param>
    /// <param name="outcome">The digest of its results.</param>
    public void AddBoot(Setup setup, ulong outcome) =>
        _stretches.Add(new Stretch(setup, outcome));

    /// <summary>Notes a call after it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="ops">Operations that it ran.</param>
    public void Add(in AbiCall call, ReadOnlySpan<AbiOp> ops)
    {
        if (_stretches.Count == 0)
        {
            Spoil();
            return;
        }

        var note = new AbiRepeated
        {
            Kind = call.Kind,
            Index = call.Index,
            First = call.First,
            Count = call.Count,
            Outcome = call.Outcome,
        };
        Stretch stretch = _stretches[^1];
        stretch.Bytes.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<AbiRepeated>(in note)));
        stretch.Bytes.AddRange(MemoryMarshal.AsBytes(ops));
        stretch.Calls++;
    }

    /// <summary>Gives back the room for more.</summary>
    public void Trim() => _stretches.ForEach(s => s.Bytes.TrimExcess());

    /// <summary>Notes that something cannot be noted.</summary>
    public void Spoil()
    {
        IsWhole = false;
        _stretches.Clear();
    }

    /// <summary>A boot and what followed.</summary>
    /// <param name="setup">What was booted.</param>
    /// <param name="outcome">The digest of its results.</param>
    public sealed class Stretch(Setup setup, ulong outcome)
    {
        /// <summary>What was booted.</summary>
        public Setup Setup { get; } = setup;

        /// <summary>The digest of its results.</summary>
        public ulong Outcome { get; } = outcome;

        /// <summary>The calls, one behind the other, as they are asked again.</summary>
        public List<byte> Bytes { get; } = [];

        /// <summary>How many.</summary>
        public int Calls { get; internal set; }
    }
}
