// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <summary>
/// A domain of the mock IOMMU's driver: the twin of kernel-harness/mock_iommu, which is no
/// kernel code either. One device is attached to it.
/// </summary>
public sealed class MockDomain : IommuDomain
{
    private readonly IommuCore _core;
    private readonly IommuHardware _hardware;
    private readonly Log _log;
    private readonly IommuPageTable _table;
    private readonly Iotlb _iotlb;
    private IommuClient? _client;
    private AbiIommuFlag _flags;

    /// <summary>Creates one that nothing is attached to.</summary>
    public MockDomain(IommuCore core, SimulatedMachine machine)
    {
        _core = core;
        _hardware = machine.Iommu;
        _log = machine.Log;
        _table = new IommuPageTable(_hardware, _log);
        _iotlb = new Iotlb(_hardware, _table);
    }

    private bool CachesAbsent => (_flags & AbiIommuFlag.CachesAbsent) != AbiIommuFlag.None;

    private bool Gathers => (_flags & AbiIommuFlag.NoGather) == AbiIommuFlag.None;

    /// <summary>The device says what its pages and its IOTLB are like.</summary>
    public void SetUp(IommuClient client)
    {
        PageSizes = client.PageSizes;
        _flags = client.Flags;
        _table.SetSizes(client.PageSizes);
    }

    /// <summary>Attaches a device.</summary>
    public void Attach(IommuClient client)
    {
        SetUp(client);
        _client = client;
        client.Translation = this;
    }

    /// <inheritdoc/>
    public override int MapPages(
        ulong iova, ulong phys, ulong pageBytes, ulong count, IommuAccess access,
        ref ulong mapped)
    {
        if (count == 0 || !IsPageOf(pageBytes, iova | phys))
        {
            _log.Misuse("the IOMMU driver is given what is no page");
        }
        if (_client is { } client)
        {
            client.MapCalls++;
            client.PagesAsked += count;
            client.Reused += _iotlb.CountHeld(iova, pageBytes * count);
        }
        for (ulong i = 0; i < count; i++, mapped += pageBytes)
        {
            if (_hardware.ShouldRefuse())
            {
                return Errno.NoMemory;
            }
            ulong offset = i * pageBytes;
            if (!_table.TryMap(iova + offset, phys + offset, pageBytes, access))
            {
                _log.Warn(
                    "dmd_mock_map",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"IOVA 0x{iova + offset:x} is mapped already"));
                return Errno.Exists;
            }
        }
        return 0;
    }

    /// <inheritdoc/>
    public override ulong UnmapPages(
        ulong iova, ulong pageBytes, ulong count, ref IotlbGather gather)
    {
        if (count == 0 || !IsPageOf(pageBytes, iova))
        {
            _log.Misuse("the IOMMU driver is to unmap what is no page");
        }
        if (_client is { } client)
        {
            client.UnmapCalls++;
            client.PagesAsked += count;
        }
        bool gathers = Gathers && !gather.Queued;
        ulong done = 0;
        for (ulong i = 0; i < count; i++)
        {
            ulong now = _table.Unmap(iova + done, pageBytes);
            if (now != 0 && gathers)
            {
                gather.AddPage(_core, this, iova + done, now);
            }
            done += now;
            if (now < pageBytes)
            {
                break;
            }
        }
        return done;
    }

    /// <inheritdoc/>
    public override void FlushAll() => Flush(0, IommuHardware.ApertureEnd + 1);

    /// <inheritdoc/>
    public override void Sync(in IotlbGather gather)
    {
        if (!Gathers)
        {
            FlushAll();
        }
        else if (gather.Start <= gather.End)
        {
            Flush(gather.Start, gather.End - gather.Start + 1);
        }
    }

    /// <inheritdoc/>
    public override void SyncMap(ulong iova, ulong size)
    {
        if (CachesAbsent)
        {
            _iotlb.Flush(iova, size, present: false);
        }
    }

    /// <inheritdoc/>
    public override ulong IovaToPhys(ulong iova)
    {
        IommuTranslation found = _table.Walk(iova);
        return found.IsPresent ? found.Phys + (iova % IommuHardware.GranuleBytes) : 0;
    }

    /// <summary>The physical address of what the device calls iova, without the IOTLB.
    /// </summary>
    /// <returns>The address, or all bits set.</returns>
    public ulong Resolve(ulong iova)
    {
        IommuTranslation found = _table.Walk(iova);
        return found.IsPresent
            ? found.Phys + (iova % IommuHardware.GranuleBytes)
            : AbiConstants.NoAddress;
    }

    /// <summary>Translates for an access of the device, through the IOTLB.</summary>
    /// <param name="iova">Where it goes.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="wanted">What it wants to do.</param>
    /// <param name="phys">Physical address of iova.</param>
    /// <returns>Bytes from iova on that are contiguous and may be accessed, at most size;
    /// 0 is a fault.</returns>
    public ulong Translate(ulong iova, ulong size, IommuAccess wanted, out ulong phys)
    {
        phys = 0;
        ulong done = 0;
        while (done < size)
        {
            ulong offset = (iova + done) % IommuHardware.GranuleBytes;
            IommuTranslation found = _iotlb.Translate(iova + done, CachesAbsent);
            if (!found.IsPresent || (found.Access & wanted) == IommuAccess.None)
            {
                break;
            }
            if (done == 0)
            {
                phys = found.Phys + offset;
            }
            else if (found.Phys + offset != phys + done)
            {
                break;
            }
            done += IommuHardware.GranuleBytes - offset;
        }
        return Math.Min(done, size);
    }

    /// <summary>One of the counts that a trace may ask for.</summary>
    public ulong Count(AbiIotlbCount which) => which switch
    {
        AbiIotlbCount.Stale => _iotlb.CountDisagreeing(present: true),
        AbiIotlbCount.Absent => _iotlb.CountDisagreeing(present: false),
        AbiIotlbCount.Mapped => _table.Pages,
        AbiIotlbCount.Flushes => _client?.Flushes ?? 0,
        AbiIotlbCount.MapCalls => _client?.MapCalls ?? 0,
        _ => _client?.Reused ?? 0,
    };

    private bool IsPageOf(ulong pageBytes, ulong addresses) =>
        KernelMath.IsPowerOf2(pageBytes) && (pageBytes & PageSizes) != 0
        && (addresses & (pageBytes - 1)) == 0;

    private void Flush(ulong iova, ulong size)
    {
        if (_client is { } client)
        {
            client.Flushes++;
        }
        _iotlb.Flush(iova, size, present: true);
    }
}
