// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>What a declaration must be like, apart from its spelling.</summary>
internal static class DeclarationRules
{
    /// <summary>Largest buffer, mapping or allocation: 1 GiB.</summary>
    public const ulong LargestSize = 1UL << 30;

    private const ulong MostNodes = 4;

    public static void Check(MachineDeclaration machine, Report report)
    {
        var inRange = Range(
            report, "memory", machine.MemoryBytes, 16UL << 20, 64UL << 30, size: true);
        var page = machine.Configuration.PageBytes;
        if (inRange && machine.MemoryBytes % page != 0)
        {
            report(
                "memory",
                $"memory must be a multiple of the page size, {Quantity.FormatSize(page)}");
        }

        if (machine.HighmemFrom != 0)
        {
            CheckHighmem(machine, page, report);
        }

        Range(report, "nodes", machine.Nodes, 1, MostNodes);
        XenSyntax.Check(machine, report);
        Range(report, "cpus", machine.Cpus, 1, 128);
        Range(report, "late_init", machine.LateInitBytes, 0, LargestSize, size: true);
    }

    private static void CheckHighmem(MachineDeclaration machine, ulong page, Report report)
    {
        const string key = "highmem";
        var inRange = Range(
            report, key, machine.HighmemFrom, 16UL << 20, machine.MemoryBytes, size: true);
        if (inRange && machine.HighmemFrom % page != 0)
        {
            report(key, $"{key} must be a multiple of the page size, "
                + Quantity.FormatSize(page));
        }
    }

    public static void Check(PoolDeclaration pool, Report report)
    {
        Range(report, "size", pool.Bytes, 1, LargestSize, size: true);
        if (pool.Base > ulong.MaxValue - LargestSize)
        {
            report("base", $"base out of range: {Quantity.FormatHex(pool.Base)}");
        }
    }

    public static void Check(DeviceDeclaration device, IEnumerable<string> pools, Report report)
    {
        Range(report, "dma_mask", device.MaskBits, 1, 64);
        Mask(report, "min_align", device.MinAlignMask, 0x7fffffff);
        Range(report, "max_seg", device.MaxSegmentBytes, 1, uint.MaxValue, size: true);
        if (device.Pool.Length > 0 && !pools.Contains(device.Pool))
        {
            report("pool", Undeclared("pool", device.Pool, pools));
        }

        Range(report, "coherent_mask", device.CoherentMaskBits, 0, 64);
        Range(report, "coherent", device.CoherentBytes, 0, LargestSize, size: true);
        if (device.CoherentBase > ulong.MaxValue - LargestSize)
        {
            report("coherent", $"base out of range: {Quantity.FormatHex(device.CoherentBase)}");
        }

        IommuSyntax.Check(device.Iommu, report);
    }

    public static void CheckNode(
        DeviceDeclaration device, MachineDeclaration machine, Report report) =>
        Range(report, "node", device.Node, 0, Math.Max(machine.Nodes, 1) - 1);

    public static void Check(BufferDeclaration buffer, Report report) =>
        Range(report, "size", buffer.Bytes, 1, LargestSize, size: true);

    /// <summary>Reports a value that is not in [low, high].</summary>
    public static bool Range(
        Report report,
        string part,
        ulong value,
        ulong low,
        ulong high,
        bool size = false)
    {
        if (value >= low && value <= high)
        {
            return true;
        }

        string Show(ulong v) => size ? Quantity.FormatSize(v) : $"{v}";
        var name = char.ToLowerInvariant(part[0]) + part[1..];
        report(part, $"{name} out of range: {Show(value)}, must be {Show(low)} to {Show(high)}");
        return false;
    }

    /// <summary>Reports a mask that is not 0 or 2^n - 1, or too wide.</summary>
    public static void Mask(Report report, string part, ulong mask, ulong widest)
    {
        if ((mask & (mask + 1)) != 0 || mask > widest)
        {
            var name = char.ToLowerInvariant(part[0]) + part[1..];
            report(
                part,
                $"{name} must be a power of two minus one, at most 0x{widest:x}: 0x{mask:x}");
        }
    }

    /// <summary>What to say of a name that nothing declares.</summary>
    public static string Undeclared(string what, string name, IEnumerable<string> declared) =>
        $"no {what} \"{name}\" is declared{Suggestion.For(name, declared)}";
}
