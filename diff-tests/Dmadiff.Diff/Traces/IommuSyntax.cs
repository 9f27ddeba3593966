// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Traces;

/// <summary>The settings of a device that are about its IOMMU.</summary>
internal static class IommuSyntax
{
    private const ulong SmallestPage = 4096;
    private const ulong LargestPage = 1UL << 30;
    private const ulong LargestMsiRange = 16UL << 20;

    /// <summary>Their keys.</summary>
    public static string[] Keys { get; } =
        ["iommu", "pgsizes", "caching", "gather", "pci", "untrusted", "resv", "deferred"];

    private static (string Suffix, AbiIommuFlag Flag)[] Purposes { get; } =
        [(",msi", AbiIommuFlag.ResvMsi), (",sw_msi", AbiIommuFlag.ResvSwMsi)];

    /// <summary>Reads them.</summary>
    public static IommuDeclaration Read(SettingReader settings, Report report)
    {
        var mode = AbiIommuMode.None;
        if (settings.Text("iommu") is { } word && !TraceWords.TryParse(word, out mode))
        {
            var known = string.Join(", ", TraceWords.IommuModes);
            report("iommu", $"unknown mode \"{word}\"; there are {known}");
        }

        var purpose = Purposes.FirstOrDefault(p =>
            settings.Text("resv")?.EndsWith(p.Suffix, StringComparison.Ordinal) == true);
        var (reserved, bytes) = settings.AddressAndSize("resv", report, purpose.Suffix ?? "");
        return new IommuDeclaration
        {
            Mode = mode,
            PageSizes = ReadPageSizes(settings, report),
            CachesAbsent = settings.Flag("caching", otherwise: false),
            Gathers = settings.Flag("gather", otherwise: true),
            IsPci = settings.Flag("pci", otherwise: false),
            IsUntrusted = settings.Flag("untrusted", otherwise: false),
            ReservedBase = reserved,
            ReservedBytes = bytes,
            ReservedFor = purpose.Flag,
            IsDeferred = settings.Flag("deferred", otherwise: false),
        };
    }

    /// <summary>Checks what depends on several of them.</summary>
    public static void Check(IommuDeclaration iommu, Report report)
    {
        if (iommu.Mode == AbiIommuMode.None && iommu != new IommuDeclaration())
        {
            report("iommu", "settings of an IOMMU need iommu=strict, lazy or passthrough");
        }

        if ((iommu.ReservedBase | iommu.ReservedBytes) % SmallestPage != 0
            || iommu.ReservedBase + iommu.ReservedBytes < iommu.ReservedBase)
        {
            report("resv", "resv must be a range of whole pages of 4K");
        }

        if (iommu.ReservedFor == AbiIommuFlag.ResvMsi && iommu.ReservedBytes > LargestMsiRange)
        {
            report("resv", "resv for messages out of range: "
                + $"{Quantity.FormatSize(iommu.ReservedBytes)}, must be at most "
                + Quantity.FormatSize(LargestMsiRange));
        }
    }

    /// <summary>Checks what depends on the machine.</summary>
    public static void Check(DeviceDeclaration device, MachineDeclaration machine, Report report)
    {
        if (device.Iommu.IsDeferred && !machine.IsKdump)
        {
            report(
                "deferred",
                $"{device.Name} cannot be attached later: the machine line lacks kdump=yes");
        }
    }

    /// <summary>Those that are not at their defaults, each after a space.</summary>
    public static string Print(IommuDeclaration iommu)
    {
        if (iommu.Mode == AbiIommuMode.None)
        {
            return "";
        }

        var text = new StringBuilder($" iommu={TraceWords.Of(iommu.Mode)}");
        if (iommu.PageSizes != IommuDeclaration.DefaultPageSizes)
        {
            var sizes = Enumerable.Range(0, 64)
                .Where(bit => (iommu.PageSizes >> bit & 1) != 0)
                .Select(bit => Quantity.FormatSize(1UL << bit));
            text.Append(" pgsizes=").AppendJoin(',', sizes);
        }

        text.Append(iommu.CachesAbsent ? " caching=yes" : "");
        text.Append(iommu.Gathers ? "" : " gather=no");
        text.Append(iommu.IsPci ? " pci=yes" : "");
        text.Append(iommu.IsUntrusted ? " untrusted=yes" : "");
        if (iommu.ReservedBytes > 0)
        {
            text.Append(" resv=").Append(Quantity.FormatHex(iommu.ReservedBase));
            text.Append(',').Append(Quantity.FormatSize(iommu.ReservedBytes));
            text.Append(Array.Find(Purposes, p => p.Flag == iommu.ReservedFor).Suffix);
        }

        text.Append(iommu.IsDeferred ? " deferred=yes" : "");

        return text.ToString();
    }

    private static ulong ReadPageSizes(SettingReader settings, Report report)
    {
        if (settings.Text("pgsizes") is not { } list)
        {
            return IommuDeclaration.DefaultPageSizes;
        }

        var sizes = 0UL;
        foreach (var word in list.Split(','))
        {
            if (Quantity.ParseSize(word, out var size) is { } why)
            {
                report("pgsizes", $"pgsizes: {why}");
            }
            else if (!ulong.IsPow2(size) || size is < SmallestPage or > LargestPage)
            {
                report("pgsizes", $"pgsizes must be powers of two from 4K to 1G: {word}");
            }
            else
            {
                sizes |= size;
            }
        }

        return sizes;
    }
}
