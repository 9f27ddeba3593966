// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Recordings;

namespace Dmadiff.Diff.Replays;

/// <summary>Counts what an engine ends behind its IOMMU, and how often it flushed the IOTLB for
/// it. A strict one flushes each time; each flush less is one that was avoided.</summary>
public sealed class FlushTally
{
    private readonly HashSet<uint> _live = [];
    private Setup? _setup;

    /// <summary>Mappings behind the IOMMU that have ended.</summary>
    public long Unmaps { get; private set; }

    /// <summary>Flushes of a range or of everything; 0 until the end.</summary>
    public long Flushes { get; private set; }

    /// <summary>Starts anew.</summary>
    /// <param name="setup">The machine.</param>
    public void Boot(Setup setup) => _setup = setup;

    /// <summary>Takes in an operation.</summary>
    /// <param name="step">The operation.</param>
    /// <param name="result">What came of it.</param>
    public void Take(in ReplayStep step, in AbiResult result)
    {
        if (result.Status != AbiStatus.Ok)
        {
            return;
        }

        switch (step.Op.Kind)
        {
            case AbiOpKind.Map or AbiOpKind.MapSg when IsTranslated(step.Op.Device):
                _live.Add(step.Op.Mapping);
                break;
            case AbiOpKind.Unmap or AbiOpKind.UnmapSg when _live.Remove(step.Op.Mapping):
                Unmaps++;
                break;
        }
    }

    /// <summary>Asks the IOTLBs, in the end.</summary>
    /// <param name="engine">The engine.</param>
    public void End(IEngine engine)
    {
        for (uint device = 0; device < _setup!.Devices.Length; device++)
        {
            if (IsTranslated(device))
            {
                AbiOp[] ask =
                [
                    new AbiOp
                    {
                        Kind = AbiOpKind.IotlbRead,
                        Device = device,
                        Arg = (ulong)AbiIotlbCount.Flushes,
                    },
                ];
                var answer = new AbiResult[1];
                engine.Run(ask, answer);
                Flushes += (long)answer[0].Value;
            }
        }
    }

    private bool IsTranslated(uint device) =>
        _setup!.Devices[(int)device].Iommu is AbiIommuMode.Strict or AbiIommuMode.Lazy;
}
