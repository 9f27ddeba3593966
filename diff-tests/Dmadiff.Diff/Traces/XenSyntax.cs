// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Traces;

/// <summary>How the machine line tells of a hypervisor.</summary>
internal static class XenSyntax
{
    /// <summary>On the machine line, what kind of guest; on a device's, whether it is the
    /// guest's.</summary>
    public const string Key = "xen";

    private const string RunKey = "xen_run";
    private const string FlushKey = "xen_cache_flush";
    private const string Pv = "pv";
    private const string Translated = "translated";
    private const ulong LeastRun = 1UL << 12;
    private const ulong MostRun = 1UL << 30;

    /// <summary>Keys of the machine line beside <see cref="Key"/>.</summary>
    public static IReadOnlyList<string> MachineKeys { get; } = [RunKey, FlushKey];

    /// <summary>Reads them.</summary>
    public static MachineDeclaration Read(
        MachineDeclaration machine, SettingReader settings, Report report)
    {
        var word = settings.Text(Key);
        var guest = word switch
        {
            null or "no" => XenGuest.None,
            Pv => XenGuest.Pv,
            Translated => XenGuest.Translated,
            _ => (XenGuest?)null,
        };
        if (guest is null)
        {
            report(Key, $"{Key} must be {Pv}, {Translated} or no: {word}");
        }

        return machine with
        {
            Xen = guest ?? XenGuest.None,
            XenRunBytes = settings.Size(RunKey, machine.XenRunBytes),
            XenCacheFlush = settings.Flag(FlushKey, otherwise: true),
        };
    }

    /// <summary>Reports what cannot be.</summary>
    public static void Check(MachineDeclaration machine, Report report)
    {
        if (DeclarationRules.Range(
            report, RunKey, machine.XenRunBytes, LeastRun, MostRun, size: true)
            && !ulong.IsPow2(machine.XenRunBytes))
        {
            report(RunKey, $"{RunKey} must be a power of two: "
                + Quantity.FormatSize(machine.XenRunBytes));
        }
    }

    /// <summary>Reports a device of a guest on a machine that is none.</summary>
    public static void Check(
        DeviceDeclaration device, MachineDeclaration machine, Report report)
    {
        CheckMemory(device, report);
        if (device.IsOfXen && machine.Xen == XenGuest.None)
        {
            report(Key, $"{device.Name} cannot belong to a guest: the machine line lacks {Key}=");
        }
        else if (device.IsOfXen && device.Iommu.Mode != AbiIommuMode.None)
        {
            report(Key, $"{device.Name} cannot be behind an IOMMU of the guest's as well");
        }
    }

    /// <summary>Reports what a device of a guest cannot have.</summary>
    private static void CheckMemory(DeviceDeclaration device, Report report)
    {
        if (device.IsOfXen && (device.CoherentBytes > 0 || device.Pool.Length > 0))
        {
            report(Key, $"{device.Name} cannot belong to a guest and have memory of its own");
        }
    }

    /// <summary>Writes what is not at its default, each with a blank before it.</summary>
    public static void Print(MachineDeclaration machine, StringBuilder text)
    {
        var defaults = new MachineDeclaration();
        if (machine.Xen == XenGuest.None)
        {
            return;
        }

        text.Append(machine.Xen == XenGuest.Pv ? $" {Key}={Pv}" : $" {Key}={Translated}");
        if (machine.XenRunBytes != defaults.XenRunBytes)
        {
            text.Append($" {RunKey}=").Append(Quantity.FormatSize(machine.XenRunBytes));
        }

        text.Append(machine.XenCacheFlush ? "" : $" {FlushKey}=no");
    }
}
