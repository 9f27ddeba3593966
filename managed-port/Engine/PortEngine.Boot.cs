// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Engine;

/// <content>The steps of booting, each with a result of its own.</content>
public sealed unsafe partial class PortEngine
{
    private void BootStep(Setup setup, int step, ref AbiResult result)
    {
        int poolsEnd = 1 + setup.Pools.Length;
        int devicesEnd = poolsEnd + 1 + setup.Devices.Length;
        IoTlbMem? mem = _swiotlb.DefaultMem;
        int error = 0;
        if (step == 0)
        {
            BootCmdline(setup.Cmdline);
        }
        else if (step < poolsEnd)
        {
            error = BootPool(setup.Pools[step - 1], step - 1);
            mem = null;
        }
        else if (step == poolsEnd)
        {
            error = BootMachine(setup.Machine);
            BootIommu(setup);
        }
        else if (step < devicesEnd)
        {
            int index = step - poolsEnd - 1;
            error = BootDevice(setup.Devices[index], _devices[index]);
            mem = _devices[index].Mem;
        }
        else
        {
            error = BootBuffer(setup.Buffers[step - devicesEnd], step - devicesEnd);
        }
        Fail(ref result, error);
        if (mem is not null)
        {
            Account(ref result, mem);
        }
    }

    private void BootCmdline(string cmdline)
    {
        foreach (string word in cmdline.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? word : word[..equals];
            string? value = equals < 0 ? null : word[(equals + 1)..];
            SetEarlyParameter(name, value);
        }
    }

    private void SetEarlyParameter(string name, string? value)
    {
        switch (name)
        {
            case "swiotlb":
                _swiotlb.SetupNpages(value);
                break;
            case "coherent_pool":
                _atomicPools.SetupSize(value);
                break;
            case "iommu.passthrough":
                _core.SetupPassthrough(value);
                break;
            case "iommu.strict":
                _core.SetupStrict(value);
                break;
            case "iommu.forcedac":
                _core.SetupForcedac(value);
                break;
            default:
                _dmaIommu.IoBuffers.Set(name, value);
                break;
        }
    }

    private int BootPool(AbiPool pool, int index)
    {
        if (((pool.Base | pool.Bytes) & (_configuration.PageBytes - 1)) != 0)
        {
            return Errno.Invalid;
        }
        int error = _machine.Regions.Reserve(pool.Base, pool.Bytes);
        if (error == 0 && !_configuration.Has(KernelOption.RestrictedPool))
        {
            return Errno.NoDevice;
        }
        if (error == 0)
        {
            _pools[index] = _swiotlb.SetupRestrictedPool(pool.Base, pool.Bytes);
        }
        return error;
    }

    private int BootMachine(AbiMachine machine)
    {
        bool late = (machine.Flags & AbiMachineFlag.LateInit) != AbiMachineFlag.None;
        int error = 0;
        PoolRemap? remap = _machine.Xen.HasPvGuest ? _xen.Fixup : null;
        if (!late)
        {
            uint flags = Swiotlb.FlagVerbose;
            if ((machine.Flags & AbiMachineFlag.SwiotlbAny) != AbiMachineFlag.None)
            {
                flags |= Swiotlb.FlagAny;
            }
            bool forced = (machine.Flags & AbiMachineFlag.SwiotlbForce) != AbiMachineFlag.None;
            bool limited =
                (machine.Flags & AbiMachineFlag.AddressingLimit) != AbiMachineFlag.None;
            if (!_profile.HasForceFlag)
            {
                error = forced ? Errno.NotSupported : 0;
            }
            else if (forced || _configuration.Has(KernelOption.MemoryEncryption))
            {
                // As architectures do: no device sees what drivers have.
                flags |= Swiotlb.FlagForce;
            }
            _swiotlb.Init(limited || _machine.Xen.HasGuest, flags, remap);
            _swiotlb.UpdateMemAttributes();
        }
        _atomicPools.Init();
        _swiotlb.CreateDefaultDebugfs();
        if (late)
        {
            _swiotlb.UpdateMemAttributes();
            error = _swiotlb.InitLate(machine.LatePoolBytes, PageZone.Dma32, remap);
        }
        return error;
    }

    /// <summary>A device that cannot be attached, or whose mask is refused, is set up as far
    /// as that goes all the same; the first error is the step's.</summary>
    private int BootDevice(AbiDevice setup, Device dev)
    {
        int error = 0;
        if (setup.Pool != 0)
        {
            RestrictedPool? pool =
                setup.Pool <= (uint)_pools.Length ? _pools[setup.Pool - 1] : null;
            error = pool is null ? Errno.NoDevice : _swiotlb.AttachDevice(pool, dev);
        }
        dev.BusDmaLimit = setup.BusDmaLimit;
        error = FirstOf(error, AttachIommu(in setup, dev));
        dev.MaxSegmentBytes = setup.MaxSegmentBytes;
        dev.MinAlignMask = setup.MinAlignMask;
        dev.SegmentBoundaryMask = setup.SegBoundary;
        error = FirstOf(error, setup.CoherentMask == 0
            ? 0
            : _dma.SetCoherentMask(dev, setup.CoherentMask));
        error = FirstOf(error, DeclareCoherent(setup, dev));
        error = FirstOf(error, _dma.SetMask(dev, setup.DmaMask));
        Swiotlb.ChooseMem(dev);
        return error;
    }

    /// <summary>A machine without devices behind an IOMMU has none.</summary>
    private void BootIommu(Setup setup)
    {
        bool any = false;
        bool lazy = false;
        foreach (ref readonly AbiDevice device in setup.Devices.AsSpan())
        {
            any |= device.Iommu != AbiIommuMode.None;
            lazy |= device.Iommu == AbiIommuMode.Lazy;
        }
        if (any)
        {
            _core.SetupStrict(lazy ? "0" : "1");
            _dmaIommu.Init(
                (setup.Machine.Flags & AbiMachineFlag.Kdump) != AbiMachineFlag.None);
            _core.Init();
        }
    }

    private int AttachIommu(in AbiDevice setup, Device dev)
    {
        if (setup.Iommu == AbiIommuMode.None)
        {
            return 0;
        }
        var client = new IommuClient(
            setup.Iommu, setup.IommuFlags, setup.IommuPgsizes, setup.ResvBase, setup.ResvBytes);
        return client.IsPci && !_configuration.Has(KernelOption.Pci)
            ? Errno.NotSupported
            : _core.Probe(dev, client, _dmaIommu);
    }

    private int DeclareCoherent(in AbiDevice setup, Device dev)
    {
        if (setup.CoherentBytes == 0)
        {
            return 0;
        }
        int error = _machine.Regions.Reserve(setup.CoherentBase, setup.CoherentBytes);
        return error != 0
            ? error
            : CoherentMemory.Declare(
                _machine, _profile, dev, setup.CoherentBase, setup.CoherentBytes);
    }

    private static int FirstOf(int error, int next) => error != 0 ? error : next;

    /// <summary>A buffer that could not be had has no bytes, and no operation finds it.</summary>
    private int BootBuffer(AbiBuffer buffer, int index)
    {
        int error = _machine.Regions.Reserve(buffer.Base, buffer.Bytes);
        if (error == 0)
        {
            _buffers[index] = buffer;
        }
        return error;
    }
}
