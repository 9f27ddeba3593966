// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>
/// Makes the operations of a trace: phases, each with weights of its own, over mappings whose
/// lives are coherent.
/// </summary>
internal sealed class OperationGenerator
{
    // In hundredths; what is left of 100 goes to the operations on live mappings.
    private readonly record struct Phase(int Length, int Make, int End, int Aside);

    private readonly SeedStream _random;
    private readonly SizeGenerator _sizes;
    private readonly MappingGenerator _mappings;
    private readonly Trace _header;
    private readonly List<Operation> _out = [];

    private readonly bool _crowded;
    private readonly DmaApiGenerator? _api;

    public OperationGenerator(SeedStream random, Trace header, bool crowded, bool api)
    {
        _crowded = crowded;
        _random = random;
        _header = header;
        _sizes = new SizeGenerator(random);
        _mappings = new MappingGenerator(random, _sizes, header, _out);
        _api = api ? new DmaApiGenerator(random, _sizes, header, _out) : null;
    }

    public List<Operation> Make()
    {
        foreach (var buffer in _header.Buffers)
        {
            _out.Add(new Operation(OperationKind.Fill)
            {
                Buffer = buffer.Name,
                Size = buffer.Bytes,
                Number = _random.Between(1, 99),
            });
        }

        var length = (int)_random.Between(30, 400);
        while (_out.Count < length)
        {
            Run(ChoosePhase());
            _out.Add(new Operation(OperationKind.Check));
        }

        if (_random.Chance(80))
        {
            _api?.EndAll();
            _mappings.EndAll();
        }

        return _out;
    }

    private Phase ChoosePhase() => _random.Index(10) switch
    {
        < 5 => new Phase((int)_random.Between(10, 40), 30, 25, 8),
        < 6 => new Phase((int)_random.Between(10, 20), 5, 5, 70),
        < 8 => new Phase((int)_random.Between(20, 60), 85, 5, 5),
        9 when _crowded => new Phase(0, 0, 0, 0),
        _ => new Phase((int)_random.Between(10, 40), 5, 85, 5),
    };

    private void Run(Phase phase)
    {
        if (phase.Length == 0)
        {
            Exhaust();
            return;
        }

        for (var i = 0; i < phase.Length; i++)
        {
            if (_api is not null && _random.Chance(60))
            {
                _api.Step();
                continue;
            }

            var roll = _random.Index(100);
            if (roll < phase.Make)
            {
                _mappings.Make();
            }
            else if (roll < phase.Make + phase.End && _mappings.AnyLive)
            {
                _mappings.End();
            }
            else if (roll < phase.Make + phase.End + phase.Aside || !_mappings.AnyLive)
            {
                _out.Add(Aside());
            }
            else
            {
                _mappings.Touch();
            }
        }
    }

    // One device, one size, until the pool is full with some to spare; then room is made
    // from the middle, as it is when traffic ebbs, and tried again.
    private void Exhaust()
    {
        var size = _random.Pick(2048UL, 2049, 4096, 6000, 16384, 65536, 258048);
        var device = _random.Pick(_header.Devices.AsSpan());
        var count = Math.Min(60, (int)((1UL << 20) / size) + 4);
        for (var i = 0; i < count; i++)
        {
            _mappings.MakeFor(device, size);
        }

        for (var i = 0; i < count / 3 && _mappings.AnyLive; i++)
        {
            _mappings.End();
        }

        for (var i = 0; i < 5; i++)
        {
            _mappings.MakeFor(device, size);
        }
    }

    private Operation Aside()
    {
        switch (_random.Index(10))
        {
            case < 3:
                return new Operation(OperationKind.Cpu)
                {
                    Number = _random.Below(_header.Machine.Cpus),
                };
            case 3:
                return new Operation(OperationKind.Time)
                {
                    Number = _random.Pick(1UL, 10, 1000, 4999, 5001, 60000),
                };
            case 4:
                return new Operation(OperationKind.FailAlloc) { Number = _random.Between(1, 3) };
            case 5:
                return new Operation(OperationKind.MaxMappingSize)
                {
                    Device = _random.Pick(_header.Devices.AsSpan()).Name,
                };
            case 6:
                return new Operation(OperationKind.DebugfsWrite)
                {
                    Pool = PoolName(),
                    File = _random.Chance(80) ? AbiDebugfsFile.UsedHiwater : AbiDebugfsFile.Used,
                    Number = _random.Chance(80) ? 0 : _random.Below(9),
                };
            case 7:
                return new Operation(OperationKind.DebugfsRead)
                {
                    Pool = PoolName(),
                    File = _random.Pick(
                        AbiDebugfsFile.Nslabs, AbiDebugfsFile.Used, AbiDebugfsFile.UsedHiwater),
                };
            default:
                var buffer = _random.Pick(_header.Buffers.AsSpan());
                var offset = _sizes.Start(buffer.Bytes);
                return new Operation(OperationKind.Fill)
                {
                    Buffer = buffer.Name,
                    Offset = offset,
                    Size = _sizes.Mapping(buffer.Bytes - offset),
                    Number = _random.Between(1, 99),
                };
        }
    }

    private string PoolName()
    {
        var index = _random.Index(_header.Pools.Count + 1);
        return index == 0 ? Operation.DefaultPool : _header.Pools[index - 1].Name;
    }
}
