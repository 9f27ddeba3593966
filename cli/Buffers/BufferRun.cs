// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.Cli.Buffers;

/// <summary>
/// A device that reads into memory, with a number of mappings at a time: all are made, then all
/// are unmapped, again and again. What that takes is counted on the port.
/// </summary>
/// <param name="profile">With buffers that stay mapped, or without.</param>
/// <param name="layout">How what is mapped lies in memory.</param>
internal sealed class BufferRun(IommuProfile profile, BufferLayout layout) : IDisposable
{
    /// <summary>Mappings at a time: the depth of the queue that was posted.</summary>
    public const int Depth = 64;

    private const ulong Page = 4096;
    private const ulong Base = 0x10000000;
    private const int WarmRounds = 2;
    private const int Rounds = 4;

    private readonly PortEngine _port = new(SwiotlbProfile.V6_1, IovaProfile.V6_1, profile);

    /// <summary>Counts what mappings of one size take.</summary>
    /// <param name="size">Bytes, whole pages.</param>
    /// <exception cref="MachineException">A mapping fails.</exception>
    public BufferFigures Measure(ulong size)
    {
        Boot(size);
        AbiOp[] maps = [.. Enumerable.Range(0, Depth).SelectMany(i => Map((uint)i, size))];
        AbiOp[] unmaps = [.. Enumerable.Range(0, Depth).Select(i => Unmap((uint)i))];
        IommuEffort mapping = default;
        IommuEffort unmapping = default;
        for (int round = 0; round < WarmRounds + Rounds; round++)
        {
            IommuEffort start = _port.EffortOf(0);
            Run(maps);
            IommuEffort mapped = _port.EffortOf(0);
            Run(unmaps);
            if (round >= WarmRounds)
            {
                mapping += mapped - start;
                unmapping += _port.EffortOf(0) - mapped;
            }
        }

        return new BufferFigures(
            BufferEffort.Of(mapping, Rounds * Depth), BufferEffort.Of(unmapping, Rounds * Depth));
    }

    /// <inheritdoc/>
    public void Dispose() => _port.Dispose();

    private void Boot(ulong size)
    {
        var setup = new Setup(
            new AbiMachine
            {
                MemoryBytes = 1UL << 30,
                Cpus = 1,
                Flags = AbiMachineFlag.AddressingLimit | AbiMachineFlag.Unobserved,
            },
            "io_buffer_pool.class_sizes=255",
            [],
            [
                new AbiDevice
                {
                    DmaMask = ulong.MaxValue,
                    Iommu = AbiIommuMode.Strict,
                    IommuPgsizes = Page | (2UL << 20) | (1UL << 30),
                },
            ],
            [new AbiBuffer { Base = Base, Bytes = 2 * size * Depth }]);
        _port.Boot(setup, new AbiResult[setup.StepCount]);
    }

    private void Run(AbiOp[] ops)
    {
        var results = new AbiResult[ops.Length];
        _port.Run(ops, results);
        if (Array.FindIndex(results, r => r.Status != AbiStatus.Ok) is >= 0 and var failed)
        {
            throw new MachineException(
                $"operation {ops[failed].Kind} of the workload ends as {results[failed].Status}");
        }
    }

    // Every other page, so that none follows the one before.
    private IEnumerable<AbiOp> Map(uint mapping, ulong size)
    {
        ulong start = 2 * size * mapping;
        for (uint i = 0; layout == BufferLayout.Scattered && i < size / Page; i++)
        {
            yield return new AbiOp
            {
                Kind = AbiOpKind.SgEntry,
                Mapping = mapping,
                Offset = start + (2 * i * Page),
                Size = Page,
                Arg = i,
            };
        }

        yield return new AbiOp
        {
            Kind = layout == BufferLayout.Scattered ? AbiOpKind.MapSg : AbiOpKind.Map,
            Mapping = mapping,
            Buffer = layout == BufferLayout.Scattered ? mapping : 0,
            Offset = layout == BufferLayout.Scattered ? 0 : start,
            Size = layout == BufferLayout.Scattered ? 0 : size,
            Direction = AbiDirection.FromDevice,
        };
    }

    private AbiOp Unmap(uint mapping) => new()
    {
        Kind = layout == BufferLayout.Scattered ? AbiOpKind.UnmapSg : AbiOpKind.Unmap,
        Mapping = mapping,
    };
}
