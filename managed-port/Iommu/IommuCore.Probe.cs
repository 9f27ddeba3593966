// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iommu;

/// <content>
/// Boot and the probing of devices, as far as operations need it: each device has a group of
/// its own, and the domain that is its group's default.
/// </content>
public sealed partial class IommuCore
{
    private readonly List<bool> _groups = [];
    private readonly RateLimit _overriddenLimit = new();
    private IommuDomainType _default;
    private bool _defaultIsTold;
    private bool _strict;
    private bool _strictIsTold;

    /// <summary>Whether IOVAs above 4 GiB are as good as others: iommu.forcedac.</summary>
    public bool ForcesDac { get; private set; }

    /// <summary>The boot parameter "iommu.passthrough".</summary>
    [Ports(File, "iommu_set_def_domain_type", "6.1", "6.12", "7.3")]
    public void SetupPassthrough(string? text)
    {
        if (KernelText.TryReadBool(text, out bool passthrough))
        {
            _defaultIsTold = true;
            _default = passthrough ? IommuDomainType.Identity : IommuDomainType.Dma;
        }
    }

    /// <summary>The boot parameter "iommu.strict".</summary>
    [Ports(File, "iommu_dma_setup", "6.1", "6.12", "7.3")]
    public void SetupStrict(string? text)
    {
        if (KernelText.TryReadBool(text, out bool strict))
        {
            _strict = strict;
            _strictIsTold = true;
        }
    }

    /// <summary>The boot parameter "iommu.forcedac".</summary>
    [Ports("drivers/iommu/dma-iommu.c", "iommu_dma_forcedac_setup", "6.1", "6.12", "7.3")]
    public void SetupForcedac(string? text)
    {
        if (KernelText.TryReadBool(text, out bool forced))
        {
            ForcesDac = forced;
            if (forced)
            {
                _log.Info("Forcing DAC for PCI devices");
            }
        }
    }

    /// <summary>subsys_initcall: decides what domains are like by default.</summary>
    [Ports(File, "iommu_subsys_init", "6.1", "6.12", "7.3")]
    [Ports(File, "iommu_domain_type_str", "6.1", "6.12", "7.3")]
    public void Init()
    {
        if (!_defaultIsTold)
        {
            _default = IommuDomainType.Dma;
        }
        bool translates = _default != IommuDomainType.Identity;
        if (translates && !_strict)
        {
            _default = IommuDomainType.DmaFlushQueue;
        }
        _log.Info(
            $"{Prefix}Default domain type: {NameOf(_default)}"
            + WhoSaid(_defaultIsTold));
        if (translates)
        {
            _log.Info(
                $"{Prefix}DMA domain TLB invalidation policy: "
                + $"{(_strict ? "strict" : "lazy")} mode" + WhoSaid(_strictIsTold));
        }
    }

    /// <summary>Puts a device into a group of its own, and attaches it to a domain.</summary>
    /// <returns>0 or a negative errno.</returns>
    [Ports(File, "iommu_probe_device", "6.1", "6.12", "7.3")]
    [Ports(File, "__iommu_probe_device", "6.1", "6.12", "7.3")]
    public int Probe(Device dev, IommuClient client, DmaIommu dma)
    {
        client.Group = TakeGroup();
        dev.Iommu = client;
        _log.Info(Invariant($"{dev.Prefix}Adding to iommu group {client.Group}"));
        if (!TryGetDefaultType(dev, client, out IommuDomainType type))
        {
            _groups[client.Group] = false;
            return Errno.Invalid;
        }
        client.Domain = NewDomain(client, type == IommuDomainType.None ? _default : type);
        if (!client.IsAttachDeferred)
        {
            Attach(client);
        }
        if (_profile.FlushesBeforeFirstUse && client.Domain is { IsPaging: true } domain)
        {
            domain.FlushAll();
        }
        dma.SetUp(dev, client);
        return 0;
    }

    /// <summary>Attaches a device whose IOMMU another kernel had left running: its driver had
    /// to be there first, to stop what the device was still doing.</summary>
    [Ports(File, "iommu_deferred_attach", "6.1", "6.12", "7.3")]
    public static void AttachDeferred(IommuClient client)
    {
        if (client.IsAttachDeferred)
        {
            Attach(client);
        }
    }

    [Ports(File, "__iommu_attach_device", "6.1", "6.12", "7.3")]
    private static void Attach(IommuClient client)
    {
        client.IsAttachDeferred = false;
        (client.Domain as MockDomain)?.Attach(client);
    }

    /// <summary>What the driver, or the lack of trust in the device, asks for.</summary>
    /// <returns>False when the two do not agree.</returns>
    [Ports(File, "iommu_get_def_domain_type", "6.1", "6.12", "7.3")]
    [Ports(File, "iommu_get_default_domain_type", "6.12", "7.3")]
    private bool TryGetDefaultType(Device dev, IommuClient client, out IommuDomainType type)
    {
        type = client.Mode switch
        {
            AbiIommuMode.Passthrough => IommuDomainType.Identity,
            AbiIommuMode.Strict => IommuDomainType.Dma,
            _ => IommuDomainType.None,
        };
        if (!client.IsUntrusted)
        {
            return true;
        }
        if (_profile.AsksDriverBeforeTrust && type == IommuDomainType.Identity)
        {
            if (_overriddenLimit.Allows(_machine.Clock, _log, "iommu_get_default_domain_type"))
            {
                _log.Error(Invariant(
                    $"{dev.Prefix}Device is not trusted, but driver is overriding group ")
                    + Invariant($"{client.Group} to {NameOf(type)}, refusing to probe."));
            }
            return false;
        }
        type = IommuDomainType.Dma;
        return true;
    }

    private IommuDomain NewDomain(IommuClient client, IommuDomainType type)
    {
        if (type == IommuDomainType.Identity)
        {
            return new IdentityDomain();
        }
        var domain = new MockDomain(this, _machine) { Type = type, Cookie = new DmaCookie() };
        domain.SetUp(client);
        return domain;
    }

    private int TakeGroup()
    {
        int group = _groups.IndexOf(false);
        if (group < 0)
        {
            group = _groups.Count;
            _groups.Add(true);
        }
        _groups[group] = true;
        return group;
    }

    private static string NameOf(IommuDomainType type) =>
        type == IommuDomainType.Identity ? "Passthrough" : "Translated";

    private string WhoSaid(bool isTold) =>
        isTold ? " (set via kernel command line)" : _profile.SpacesAfterPolicy ? " " : "";
}
