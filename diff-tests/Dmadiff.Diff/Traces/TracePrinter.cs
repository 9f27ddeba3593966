// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Traces;

/// <summary>Writes traces in their canonical form: what is at its default is left out,
/// declarations come in one order, and reading the text gives an equal trace.</summary>
public static class TracePrinter
{
    /// <summary>The whole text, each line ended by a newline.</summary>
    public static string Print(Trace trace)
    {
        var text = new StringBuilder();
        foreach (var comment in trace.Comments)
        {
            text.Append('#').Append(comment.Length > 0 ? " " : "").Append(comment).Append('\n');
        }

        text.Append("dmadiff-trace ").Append(Trace.Version).Append('\n');
        foreach (var line in Header(trace))
        {
            text.Append(line).Append('\n');
        }

        foreach (var operation in trace.Operations)
        {
            text.Append(Print(operation)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>One operation, without a newline.</summary>
    public static string Print(Operation operation)
    {
        if (operation.Kind == OperationKind.ExpectLast)
        {
            return $"expect last {TraceWords.Of(operation.ExpectedStatus)}";
        }

        if (operation.Kind == OperationKind.ExpectPool)
        {
            var used = operation.ExpectedUsed is { } u ? $" used={u}" : "";
            var nslabs = operation.ExpectedNslabs is { } n ? $" nslabs={n}" : "";
            return $"expect {operation.Pool}{used}{nslabs}";
        }

        var syntax = OperationSyntax.Of(operation.Kind)!;
        var words = syntax.Operands
            .Select(operand => Print(operation, operand))
            .Where(word => word.Length > 0);
        return string.Join(' ', words.Prepend(syntax.Word));
    }

    private static IEnumerable<string> Header(Trace trace)
    {
        yield return Print(trace.Machine);
        if (trace.Cmdline.Length > 0)
        {
            yield return $"cmdline {trace.Cmdline}";
        }

        foreach (var pool in trace.Pools)
        {
            var size = Quantity.FormatSize(pool.Bytes);
            yield return $"pool {pool.Name} base={Quantity.FormatHex(pool.Base)} size={size}";
        }

        foreach (var device in trace.Devices)
        {
            yield return Print(device);
        }

        foreach (var buffer in trace.Buffers)
        {
            var at = buffer.At is { } address ? $" at={Quantity.FormatHex(address)}" : "";
            yield return $"buffer {buffer.Name} size={Quantity.FormatSize(buffer.Bytes)}{at}";
        }
    }

    private static string Print(MachineDeclaration machine)
    {
        var text = new StringBuilder("machine memory=");
        text.Append(Quantity.FormatSize(machine.MemoryBytes)).Append(" cpus=").Append(machine.Cpus);
        text.Append(machine.AddressingLimit ? "" : " addressing_limit=no");
        text.Append(machine.SwiotlbAny ? " swiotlb_any=yes" : "");
        text.Append(machine.SwiotlbForce ? " swiotlb_force=yes" : "");
        text.Append(machine.IsKdump ? " kdump=yes" : "");
        if (machine.LateInitBytes > 0)
        {
            text.Append(" late_init=").Append(Quantity.FormatSize(machine.LateInitBytes));
        }

        PrintConfiguration(machine, text);
        XenSyntax.Print(machine, text);
        return text.ToString();
    }

    private static void PrintConfiguration(MachineDeclaration machine, StringBuilder text)
    {
        var defaults = new MachineDeclaration();
        var configuration = machine.Configuration;
        if (configuration.PageBytes != defaults.Configuration.PageBytes)
        {
            text.Append(" page_size=").Append(Quantity.FormatSize(configuration.PageBytes));
        }

        foreach (var option in KernelOptionName.All)
        {
            var setting = option.Option switch
            {
                KernelOption.Highmem when machine.HighmemFrom > 0 =>
                    Quantity.FormatSize(machine.HighmemFrom),
                KernelOption.Xen => "",
                KernelOption.Numa when machine.Nodes > 1 => $"{machine.Nodes}",
                _ when configuration.Has(option.Option) == option.OnByDefault => "",
                _ => option.OnByDefault ? "no" : "yes",
            };
            text.Append(setting.Length > 0 ? $" {option.Key}={setting}" : "");
        }
    }

    private static string Print(DeviceDeclaration device)
    {
        var defaults = new DeviceDeclaration(device.Name);
        var text = new StringBuilder($"device {device.Name} dma_mask={device.MaskBits}");
        if (device.BusLimit != 0)
        {
            text.Append(" bus_limit=").Append(Quantity.FormatHex(device.BusLimit));
        }

        if (device.MinAlignMask != 0)
        {
            text.Append(" min_align=").Append(Quantity.FormatHex(device.MinAlignMask));
        }

        if (device.SegBoundaryMask != defaults.SegBoundaryMask)
        {
            var boundary = device.SegBoundaryMask == ulong.MaxValue
                ? "none"
                : Quantity.FormatSize(device.SegBoundaryMask + 1);
            text.Append(" seg_boundary=").Append(boundary);
        }

        if (device.MaxSegmentBytes != defaults.MaxSegmentBytes)
        {
            text.Append(" max_seg=").Append(Quantity.FormatSize(device.MaxSegmentBytes));
        }

        text.Append(device.Pool.Length > 0 ? $" pool={device.Pool}" : "");
        text.Append(device.IsCoherent ? "" : " dma_coherent=no");
        text.Append(device.IsOfXen ? $" {XenSyntax.Key}=yes" : "");
        text.Append(device.Node > 0 ? $" node={device.Node}" : "");
        if (device.CoherentMaskBits != 0)
        {
            text.Append(" coherent_mask=").Append(device.CoherentMaskBits);
        }

        if (device.CoherentBytes > 0)
        {
            text.Append(" coherent=").Append(Quantity.FormatHex(device.CoherentBase));
            text.Append(',').Append(Quantity.FormatSize(device.CoherentBytes));
        }

        return text.Append(IommuSyntax.Print(device.Iommu)).ToString();
    }

    private static string Print(ScatterPlace entry) =>
        $"{entry.Buffer}+{Quantity.FormatHex(entry.Offset)}:{Quantity.FormatSize(entry.Size)}";

    private static string Print(Operation operation, Operand operand) => operand switch
    {
        Operand.Mapping => operation.Mapping,
        Operand.Device => operation.Device,
        Operand.BufferPlace => $"{operation.Buffer}+{Quantity.FormatHex(operation.Offset)}",
        Operand.MappingPlace => $"{operation.Mapping}+{operation.Offset}",
        Operand.Size => Quantity.FormatSize(operation.Size),
        Operand.Direction => TraceWords.Of(operation.Direction),
        Operand.Pool => operation.Pool,
        Operand.File => TraceWords.Of(operation.File),
        Operand.Number => $"{operation.Number}",
        Operand.IotlbCount => TraceWords.Of(operation.IotlbCount),
        Operand.Domain => operation.Domain,
        Operand.Pages => $"{operation.Size}",
        Operand.Pfn => Quantity.FormatHex(operation.Number),
        Operand.LastPfn => Quantity.FormatHex(operation.Offset),
        Operand.Granule => $"granule={Quantity.FormatSize(operation.Size)}",
        Operand.Start => $"start={Quantity.FormatHex(operation.Number)}",
        Operand.Limit => $"limit={Quantity.FormatHex(operation.Number)}",
        Operand.Seed => $"seed={operation.Number}",
        Operand.Iova => $"iova={Quantity.FormatHex(operation.Number)}",
        Operand.Align when operation.Number != 0 => $"align={Quantity.FormatHex(operation.Number)}",
        Operand.SkipSync when operation.SkipSync => "skip_sync",
        Operand.NoWarn when operation.NoWarn => "no_warn",
        Operand.List => operation.List,
        Operand.Entries => string.Join(' ', operation.Entries.Select(Print)),
        Operand.Address => Quantity.FormatHex(operation.Number),
        Operand.Chain when operation.Number != 0 => $"chain={operation.Number}",
        Operand.Attr when AttrWords.NumberOf(operation.Attrs) is { } bit => $"attr={bit}",
        Operand.Gfp when operation.Number != 0 => $"gfp={AttrWords.OfGfp(operation.Number)}",
        _ when operation.Attrs.HasFlag(AttrWords.Of(operand))
            && AttrWords.TryOf(operand, out var word) => word,
        _ => "",
    };
}
