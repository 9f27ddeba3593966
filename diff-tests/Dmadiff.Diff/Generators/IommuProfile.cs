// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Generators;

/// <summary>Puts devices of a trace behind an IOMMU, and adds what shows when its IOTLB is
/// flushed: accesses after an unmap, counts, time for flush queues, refused pages.</summary>
/// <param name="random">Draws what the devices are like.</param>
/// <param name="later">Draws what came to traces later: with a stream of its own, so that what
/// the other draws stays as it was.</param>
internal sealed class IommuProfile(SeedStream random, SeedStream later)
{
    private const ulong SmallestPageMask = 0xfff;

    private readonly Dictionary<string, (DeviceDeclaration Device, bool Dma)> _made = [];
    private int _messages;

    /// <summary>The trace with IOMMUs.</summary>
    public Trace Apply(Trace trace)
    {
        var devices = trace.Devices
            .Select(d => d.Pool.Length > 0 ? d : Behind(d, Iommu()))
            .ToDictionary(d => d.Name);
        if (later.Chance(20))
        {
            devices = devices.ToDictionary(d => d.Key, d => Later(d.Value));
        }

        var operations = new List<Operation>();
        foreach (var operation in trace.Operations)
        {
            if (Keeps(operation, devices))
            {
                operations.Add(operation);
                operations.AddRange(After(operation));
                operations.AddRange(Beside(operation, devices));
            }
        }

        return trace with
        {
            Machine = trace.Machine with { IsKdump = devices.Values.Any(d => d.Iommu.IsDeferred) },
            Devices = ValueList.From(trace.Devices.Select(d => devices[d.Name])),
            Operations = ValueList.From(operations),
        };
    }

    // Left running by the kernel before, or with a region for messages.
    private DeviceDeclaration Later(DeviceDeclaration device) =>
        device.Iommu.Mode == AbiIommuMode.None
            ? device
            : device with
            {
                Iommu = device.Iommu with
                {
                    IsDeferred = later.Chance(60),
                    ReservedFor = device.Iommu.ReservedBytes == 0
                        ? AbiIommuFlag.None
                        : later.Pick(
                            AbiIommuFlag.None, AbiIommuFlag.ResvMsi, AbiIommuFlag.ResvSwMsi),
                },
            };

    // dma-iommu says that it does not support more alignment than its smallest page has.
    private static DeviceDeclaration Behind(DeviceDeclaration device, IommuDeclaration iommu) =>
        device with
        {
            Iommu = iommu,
            MinAlignMask = iommu.Mode is AbiIommuMode.Strict or AbiIommuMode.Lazy
                ? device.MinAlignMask & SmallestPageMask
                : device.MinAlignMask,
        };

    private IommuDeclaration Iommu()
    {
        if (random.Chance(10))
        {
            return new IommuDeclaration();
        }

        var plain = new IommuDeclaration
        {
            Mode = random.Pick(
                AbiIommuMode.Strict, AbiIommuMode.Strict, AbiIommuMode.Lazy, AbiIommuMode.Lazy,
                AbiIommuMode.Passthrough),
            CachesAbsent = random.Chance(25),
            Gathers = random.Chance(75),
            IsPci = random.Chance(30),
        };
        if (plain.Mode == AbiIommuMode.Passthrough)
        {
            return plain;
        }

        return plain with
        {
            IsUntrusted = random.Chance(25),
            PageSizes = random.Pick(
                IommuDeclaration.DefaultPageSizes, IommuDeclaration.DefaultPageSizes,
                1UL << 12, 1UL << 12 | 1UL << 16, 1UL << 12 | 1UL << 16 | 1UL << 21),
            ReservedBase = 0xfee00000,
            ReservedBytes = random.Chance(30) ? 1UL << 20 : 0,
        };
    }

    // What swiotlb hands out is no IOVA: below an IOMMU only the DMA API makes sense.
    private bool Keeps(Operation operation, Dictionary<string, DeviceDeclaration> devices)
    {
        var syntax = OperationSyntax.Of(operation.Kind);
        if (syntax is null or { Family: MappingFamily.None })
        {
            return true;
        }

        if (syntax.Use == MappingUse.Make && devices.TryGetValue(operation.Device, out var device))
        {
            _made[operation.Mapping] = (device, operation.Kind is OperationKind.Map
                or OperationKind.MapSg or OperationKind.Alloc or OperationKind.MapResource);
        }

        return !_made.TryGetValue(operation.Mapping, out var made)
            || made.Dma || made.Device.Iommu.Mode == AbiIommuMode.None;
    }

    // Messages go to a page in the middle of nowhere, to memory, or to the region for them.
    private IEnumerable<Operation> Beside(
        Operation operation, Dictionary<string, DeviceDeclaration> devices)
    {
        if (operation.Kind is OperationKind.Map or OperationKind.MapSg
            && devices.ContainsKey(operation.Device) && later.Chance(3))
        {
            var name = $"msi{_messages++}";
            yield return new Operation(OperationKind.PrepareMsi)
            {
                Mapping = name,
                Device = operation.Device,
                Number = later.Pick(0xfee00000UL, 0x2000000, 0xfedff000, 1UL << 33)
                    + (4 * later.Below(1500)),
            };
            yield return new Operation(OperationKind.IovaToPhys) { Mapping = name };
        }
        else if (operation.Kind == OperationKind.Alloc && later.Chance(15))
        {
            yield return new Operation(OperationKind.GetSgtable) { Mapping = operation.Mapping };
        }
    }

    private IEnumerable<Operation> After(Operation operation)
    {
        if (operation.Kind == OperationKind.Map && random.Chance(10))
        {
            yield return new Operation(OperationKind.IovaToPhys) { Mapping = operation.Mapping };
        }
        else if (operation.Kind == OperationKind.Unmap && random.Chance(20))
        {
            yield return new Operation(OperationKind.StaleRead)
            {
                Mapping = operation.Mapping,
                Size = random.Between(1, 64),
            };
        }
        else if (operation.Kind == OperationKind.Unmap && random.Chance(10))
        {
            yield return new Operation(OperationKind.Time) { Number = random.Between(1, 20) };
        }
        else if (operation.Kind == OperationKind.Check)
        {
            yield return new Operation(OperationKind.IommuFail) { Number = random.Between(1, 40) };
        }
    }
}
