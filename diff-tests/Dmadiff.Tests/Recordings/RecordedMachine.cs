// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text;
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.Tests.Recordings;

/// <summary>A machine of the port that writes down what it does as the kernel's trace events
/// would: recordings of any shape, of which every address is known to be right.</summary>
internal sealed class RecordedMachine : IDisposable
{
    /// <summary>Where recordings say that the pool is.</summary>
    public const ulong PoolBase = 0x1b400000;

    private const ulong Memory = 1UL << 30;
    private const ulong BufferBase = 0x4000000;
    private readonly PortEngine _engine = new(SwiotlbProfile.V6_12);
    private readonly AbiResult[] _result = new AbiResult[1];
    private readonly Stack<uint> _free = new();
    private readonly ulong _pool;
    private uint _handles;
    private int _cpu;
    private ulong _microseconds = 5_000_000;

    public RecordedMachine(int cpus = 1, uint minAlign = 0, string cmdline = "swiotlb=32768")
    {
        var setup = new Setup(
            new AbiMachine
            {
                MemoryBytes = Memory,
                Cpus = (uint)cpus,
                Flags = AbiMachineFlag.AddressingLimit,
            },
            $"{cmdline},{cpus},force",
            [],
            [
                new AbiDevice
                {
                    DmaMask = ulong.MaxValue,
                    SegBoundary = uint.MaxValue,
                    MaxSegmentBytes = 65536,
                    MinAlignMask = minAlign,
                },
            ],
            [new AbiBuffer { Base = BufferBase, Bytes = 16UL << 20 }]);
        _engine.Boot(setup, new AbiResult[setup.StepCount]);
        _pool = _engine.ReadPool(0)!.Value.Start;
        Cpus = cpus;
    }

    public int Cpus { get; }

    /// <summary>The lines so far.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>A mapping that the recorded machine has.</summary>
    public sealed record Mapped(uint Handle, ulong Dma, ulong Size, string Direction);

    /// <summary>The text that tracefs would give, from a line on.</summary>
    public string Text(int from = 0)
    {
        var text = new StringBuilder("# tracer: nop\n#\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"# entries-in-buffer/entries-written: {Lines.Count - from}/{Lines.Count}   "
            + $"#P:{Cpus}\n#\n");
        foreach (var line in Lines.Skip(from))
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Maps a place in memory.</summary>
    public Mapped Map(int cpu, ulong offset, ulong size, string direction = "TO_DEVICE")
    {
        var handle = _free.Count > 0 ? _free.Pop() : _handles++;
        var (mapped, physical) = Run(cpu, handle, offset, size, direction);
        Bounced(cpu, physical, size);
        Write(
            cpu,
            "d..1.",
            $"dma_map_page: 0000:00:04.0 dir={direction} dma_addr={mapped.Dma:x} size={size} "
            + $"phys_addr={physical:x} attrs=");
        return mapped;
    }

    /// <summary>Maps a list.</summary>
    public Mapped[] MapList(int cpu, params (ulong Offset, ulong Size)[] segments)
    {
        var all = new List<(Mapped Mapped, ulong Physical)>();
        foreach (var (offset, size) in segments)
        {
            var handle = _free.Count > 0 ? _free.Pop() : _handles++;
            all.Add(Run(cpu, handle, offset, size, "FROM_DEVICE"));
            Bounced(cpu, all[^1].Physical, size);
        }

        var n = segments.Length;
        Write(
            cpu,
            "d..1.",
            $"dma_map_sg: 0000:00:04.0 dir=FROM_DEVICE nents={n}/{n} ents={n}/{n} "
            + $"dma_addrs={List(all.Select(a => a.Mapped.Dma))} "
            + $"sizes={List(all.Select(a => a.Mapped.Size))} "
            + $"phys_addrs={List(all.Select(a => a.Physical))} attrs=NO_WARN");
        return [.. all.Select(a => a.Mapped)];
    }

    /// <summary>Unmaps.</summary>
    public void Unmap(int cpu, Mapped mapped)
    {
        End(cpu, mapped);
        Write(
            cpu,
            "d.h2.",
            $"dma_unmap_page: 0000:00:04.0 dir={mapped.Direction} dma_addr={mapped.Dma:x} "
            + $"size={mapped.Size} attrs=");
    }

    /// <summary>Unmaps a list.</summary>
    public void UnmapList(int cpu, Mapped[] list, params ulong[] offsets)
    {
        foreach (var mapped in list)
        {
            End(cpu, mapped);
        }

        Write(
            cpu,
            "d.h2.",
            $"dma_unmap_sg: 0000:00:04.0 dir=FROM_DEVICE "
            + $"phys_addrs={List(offsets.Select(o => BufferBase + o))} attrs=");
    }

    /// <summary>Maps and unmaps at random, with up to so many mappings at a time.</summary>
    public void Work(int count, int live, int seed)
    {
#pragma warning disable CA5394, MA0009 // The same numbers each time are what is wanted.
        var random = new Random(seed);
        var mapped = new List<Mapped>();
        for (var i = 0; i < count; i++)
        {
            var cpu = random.Next(Cpus);
            if (mapped.Count > random.Next(live))
            {
                var victim = random.Next(mapped.Count);
                Unmap(cpu, mapped[victim]);
                mapped.RemoveAt(victim);
            }
            else
            {
                ulong[] sizes = [1, 16, 48, 512, 2048, 4096, 4096, 20480, 65536];
                mapped.Add(Map(
                    cpu,
                    ((ulong)random.Next(3000) * 4096) + ((ulong)random.Next(256) * 16),
                    sizes[random.Next(sizes.Length)],
                    random.Next(2) == 0 ? "TO_DEVICE" : "FROM_DEVICE"));
            }
        }
#pragma warning restore CA5394, MA0009
    }

    /// <summary>Adds a line of any kind.</summary>
    public void Write(int cpu, string flags, string text)
    {
        _microseconds += 37;
        var seconds = _microseconds / 1_000_000;
        var rest = _microseconds % 1_000_000;
        Lines.Add($"              dd-174     [{cpu:d3}] {flags}     {seconds}.{rest:d6}: {text}");
    }

    public void Dispose() => _engine.Dispose();

    private (Mapped Mapped, ulong Physical) Run(
        int cpu, uint handle, ulong offset, ulong size, string direction)
    {
        Switch(cpu);
        var result = Do(new AbiOp
        {
            Kind = AbiOpKind.Map,
            Mapping = handle,
            Offset = offset,
            Size = size,
            Direction = direction == "TO_DEVICE"
                ? AbiDirection.ToDevice
                : AbiDirection.FromDevice,
        });
        var dma = result.Status == AbiStatus.Ok
            ? result.Value - _pool + PoolBase
            : AbiConstants.NoAddress;
        return (new Mapped(handle, dma, size, direction), BufferBase + offset);
    }

    private void Bounced(int cpu, ulong physical, ulong size) => Write(
        cpu,
        "d..1.",
        $"swiotlb_bounced: dev_name: 0000:00:04.0 dma_mask=ffffffffffffffff "
        + $"dev_addr={physical:x} size={size} FORCE");

    private void End(int cpu, Mapped mapped)
    {
        Switch(cpu);
        Do(new AbiOp { Kind = AbiOpKind.Unmap, Mapping = mapped.Handle });
        _free.Push(mapped.Handle);
    }

    private void Switch(int cpu)
    {
        if (cpu != _cpu)
        {
            _cpu = cpu;
            Do(new AbiOp { Kind = AbiOpKind.Cpu, Arg = (ulong)cpu });
        }
    }

    private AbiResult Do(AbiOp op)
    {
        _engine.Run([op], _result);
        return _result[0];
    }

    private static string List(IEnumerable<ulong> numbers) =>
        "{" + string.Join(',', numbers.Select(n => $"0x{n:x}")) + "}";
}
