// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Recordings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Replays;

/// <summary>An event at which an engine gave out another address than the recorded kernel.
/// </summary>
/// <param name="Step">The operation, and where it is in the recording.</param>
/// <param name="Recorded">What the recorded kernel gave out, in words.</param>
/// <param name="Replayed">What the engine gave out.</param>
public sealed record AddressMismatch(ReplayStep Step, string Recorded, string Replayed);

/// <summary>Holds the addresses that an engine gives out against the recorded ones.</summary>
/// <param name="recordedPool">The start of the recorded pool.</param>
public sealed class AddressTally(ulong recordedPool)
{
    private const ulong NoPool = ulong.MaxValue;
    private ulong _pool = NoPool;

    /// <summary>Addresses that were compared.</summary>
    public long Compared { get; private set; }

    /// <summary>Those of them that agree.</summary>
    public long Agreed { get; private set; }

    /// <summary>The first that does not, or null.</summary>
    public AddressMismatch? First { get; private set; }

    /// <summary>Takes in a machine that has booted.</summary>
    public void Boot(IEngine engine) => _pool = engine.ReadPool(0)?.Start ?? NoPool;

    /// <summary>Compares.</summary>
    /// <param name="step">The operation.</param>
    /// <param name="result">What came of it.</param>
    public void Take(in ReplayStep step, in AbiResult result)
    {
        if (step.Check == AddressCheck.None)
        {
            return;
        }

        Compared++;
        var agrees = step.Check switch
        {
            AddressCheck.Failed => result.Status == AbiStatus.MappingError,
            AddressCheck.Direct or AddressCheck.Iova =>
                result.Status == AbiStatus.Ok && result.Value == step.Recorded,
            _ => result.Status == AbiStatus.Ok && _pool != NoPool
                && result.Value - _pool == step.Recorded - recordedPool,
        };
        if (agrees)
        {
            Agreed++;
        }
        else
        {
            First ??= new AddressMismatch(step, Recorded(step), Replayed(step, result));
        }
    }

    private string Recorded(in ReplayStep step) => step.Check switch
    {
        AddressCheck.Failed => "no address: the mapping failed",
        AddressCheck.Direct => "no bounce",
        AddressCheck.Iova => $"IOVA {Quantity.FormatHex(step.Recorded)}",
        _ => $"pool+{Quantity.FormatHex(step.Recorded - recordedPool)}",
    };

    private string Replayed(in ReplayStep step, in AbiResult result)
    {
        if (result.Status != AbiStatus.Ok)
        {
            return result.Status == AbiStatus.MappingError
                ? "no address: the mapping failed"
                : TraceWords.Of(result.Status);
        }

        return step.Check == AddressCheck.Iova ? $"IOVA {Quantity.FormatHex(result.Value)}"
            : step.Check == AddressCheck.Direct && result.Value == step.Recorded ? "no bounce"
            : _pool != NoPool && result.Value >= _pool
                ? $"pool+{Quantity.FormatHex(result.Value - _pool)}"
                : "no bounce";
    }
}
