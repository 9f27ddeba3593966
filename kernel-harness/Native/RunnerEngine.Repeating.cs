// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;
using Dmadiff.Bindings;

namespace Dmadiff.KernelHarness.Native;

/// <content>Calls that were made before.</content>
public sealed unsafe partial class RunnerEngine
{
    private const int InputRoom =
        (int)(AbiConstants.SharedOutput - AbiConstants.SharedInput);

    /// <inheritdoc/>
    public CallTape? Tape { get; set; }

    /// <inheritdoc/>
    public bool Repeats(CallTape tape) =>
        tape.IsWhole && tape.Stretches.All(Repeats);

    private bool Repeats(CallTape.Stretch stretch)
    {
        if (stretch.Bytes.Count > InputRoom)
        {
            return false;
        }

        Boot(stretch.Setup);
        if (_death is not null || Header.Outcome != stretch.Outcome)
        {
            return false;
        }

        CollectionsMarshal.AsSpan(stretch.Bytes).CopyTo(
            new Span<byte>(_memory.At(AbiConstants.SharedInput), InputRoom));
        var call = new AbiCall { Kind = AbiCallKind.Repeat, Count = (uint)stretch.Calls };
        Invoke(call, steps: 0, atBoot: false, firstStep: 0);
        return _death is null && Header.Value == stretch.Calls;
    }

    // A place in the code is another one in the next kernel.
    private void Note(ReadOnlySpan<AbiOp> ops)
    {
        if (Tape is null)
        {
            return;
        }

        AbiCall call = Header;
        bool isPlace = call.Kind is AbiCallKind.ReadCrash or AbiCallKind.ReadLeaks
            && call.Value != 0;
        if (_death is not null || isPlace)
        {
            Tape.Spoil();
        }
        else
        {
            Tape.Add(call, ops);
        }
    }
}
