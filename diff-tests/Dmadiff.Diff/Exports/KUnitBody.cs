// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text;
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Exports;

/// <summary>The function of a KUnit test: what drivers call, and what they may rely on.
/// </summary>
internal sealed class KUnitBody(Trace trace)
{
    private readonly StringBuilder _out = new();
    private readonly SortedDictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Live> _live = [];
    private readonly Dictionary<string, int> _lists = [];

    /// <summary>Appends the function.</summary>
    public void Write(StringBuilder text, string name)
    {
        for (var i = 0; i < trace.Operations.Count; i++)
        {
            var next = i + 1 < trace.Operations.Count ? trace.Operations[i + 1] : null;
            var fails = next is { Kind: OperationKind.ExpectLast } expected
                && expected.ExpectedStatus != AbiStatus.Ok;
            Write(trace.Operations[i], fails);
        }

        text.Append("static void ").Append(name).Append("_test(struct kunit *test)\n{\n");
        foreach (var device in trace.Devices)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\tstruct device *{device.Name} = make_device(test, \"{device.Name}\",\n")
                .Append(CultureInfo.InvariantCulture,
                    $"\t\tDMA_BIT_MASK({device.MaskBits}), {Number(device.MinAlignMask)},\n")
                .Append(CultureInfo.InvariantCulture,
                    $"\t\t{Number(device.SegBoundaryMask)}, {Number(device.MaxSegmentBytes)});\n");
        }

        foreach (var buffer in trace.Buffers)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\tu8 *{buffer.Name} = make_buffer(test, {Number(buffer.Bytes)});\n");
        }

        foreach (var (variable, type) in _variables)
        {
            text.Append('\t').Append(type).Append(variable).Append(";\n");
        }

        text.Append('\n').Append(_out).Append("}\n\n");
    }

    private void Write(Operation o, bool fails)
    {
        switch (o.Kind)
        {
            case OperationKind.Fill:
                Line($"fill({o.Buffer} + {Number(o.Offset)}, {Number(o.Size)}, {Seed(o)});");
                Touch(o.Buffer);
                break;
            case OperationKind.Map:
                WriteMap(o, fails);
                break;
            case OperationKind.Unmap when _live.Remove(o.Mapping, out var live):
                Line($"dma_unmap_page_attrs({live.Device}, {o.Mapping}, {Number(live.Size)},");
                Line($"\t\t     {live.Direction}, {Attrs(o)});");
                ExpectWritten(live, o.SkipSync ? 0 : live.Size, 0);
                break;
            case OperationKind.SyncForCpu or OperationKind.SyncForDevice
                when _live.TryGetValue(o.Mapping, out var live):
                WriteSync(o, live);
                break;
            case OperationKind.DevRead or OperationKind.DevWrite
                when _live.TryGetValue(o.Mapping, out var live):
                WriteAccess(o, live);
                break;
            case OperationKind.ScatterList:
                WriteList(o);
                break;
            case OperationKind.MapSg when _lists.ContainsKey(o.List):
                WriteMapSg(o, fails);
                break;
            case OperationKind.UnmapSg when _live.Remove(o.Mapping, out var live):
                Line($"dma_unmap_sg_attrs({live.Device}, {live.List}, "
                    + $"ARRAY_SIZE({live.List}), {live.Direction}, {Attrs(o)});");
                break;
            case OperationKind.SyncSgForCpu or OperationKind.SyncSgForDevice
                when _live.TryGetValue(o.Mapping, out var live):
                var which = o.Kind == OperationKind.SyncSgForCpu ? "cpu" : "device";
                Line($"dma_sync_sg_for_{which}({live.Device}, {live.List}, "
                    + $"ARRAY_SIZE({live.List}), {live.Direction});");
                break;
            case OperationKind.Alloc:
                _variables[$"{o.Mapping}"] = "dma_addr_t ";
                _variables[$"{o.Mapping}_cpu"] = "void *";
                Line($"{o.Mapping}_cpu = dma_alloc_attrs({o.Device}, {Number(o.Size)}, "
                    + $"&{o.Mapping}, GFP_KERNEL, 0);");
                Line($"KUNIT_ASSERT_{(fails ? "NULL" : "NOT_NULL")}(test, {o.Mapping}_cpu);");
                _live[o.Mapping] = new Live(o, "");
                break;
            case OperationKind.Free when _live.Remove(o.Mapping, out var live):
                Line($"dma_free_attrs({live.Device}, {Number(live.Size)}, {o.Mapping}_cpu, "
                    + $"{o.Mapping}, 0);");
                break;
            case OperationKind.Check or OperationKind.ExpectLast:
                break;
            default:
                var text = TracePrinter.Print(o).Replace("*/", "* /");
                Line($"/* Not for drivers: {text} */");
                break;
        }
    }

    private void WriteMap(Operation o, bool fails)
    {
        _variables[o.Mapping] = "dma_addr_t ";
        var place = $"{o.Buffer} + {Number(o.Offset)}";
        Line($"{o.Mapping} = dma_map_page_attrs({o.Device}, virt_to_page({place}),");
        Line($"\t\t\t offset_in_page({place}), {Number(o.Size)},");
        Line($"\t\t\t {Direction(o.Direction)}, {Attrs(o)});");
        var not = fails ? "NE" : "EQ";
        Line($"KUNIT_ASSERT_{not}(test, dma_mapping_error({o.Device}, {o.Mapping}), 0);");
        if (!fails)
        {
            _live[o.Mapping] = new Live(o, "")
            {
                DeviceSeesBuffer = !o.SkipSync && o.Direction != AbiDirection.FromDevice,
            };
        }
    }

    private void WriteSync(Operation o, Live live)
    {
        var which = o.Kind == OperationKind.SyncForCpu ? "cpu" : "device";
        Line($"dma_sync_single_for_{which}({live.Device}, {o.Mapping} + {Number(o.Offset)}, "
            + $"{Number(o.Size)},");
        Line($"\t\t\t\t{live.Direction});");
        if (o.Kind == OperationKind.SyncForCpu)
        {
            ExpectWritten(live, o.Size, o.Offset);
        }
        else
        {
            live.Written = null;
            live.DeviceSeesBuffer |= o.Offset == 0 && o.Size >= live.Size
                && live.Maker.Direction != AbiDirection.FromDevice;
        }
    }

    private void WriteAccess(Operation o, Live live)
    {
        var inside = live.Maker.Kind == OperationKind.Map && o.Offset + o.Size <= live.Size;
        if (!inside)
        {
            Line($"/* Beyond what a test can reach: {TracePrinter.Print(o)} */");
            return;
        }

        var bus = $"bus_to_virt_of({live.Device}, {o.Mapping} + {Number(o.Offset)})";
        if (o.Kind == OperationKind.DevWrite)
        {
            Line($"fill({bus}, {Number(o.Size)}, {Seed(o)});");
            live.Written = o;
            live.DeviceSeesBuffer = false;
        }
        else if (live.DeviceSeesBuffer)
        {
            Line($"KUNIT_EXPECT_MEMEQ(test, {bus},");
            Line($"\t\t   {live.Place(o.Offset)}, {Number(o.Size)});");
        }
    }

    private void WriteList(Operation o)
    {
        _variables[$"{o.List}[{o.Entries.Count}]"] = "struct scatterlist ";
        _lists[o.List] = o.Entries.Count;
        Line($"sg_init_table({o.List}, ARRAY_SIZE({o.List}));");
        for (var i = 0; i < o.Entries.Count; i++)
        {
            var entry = o.Entries[i];
            Line($"sg_set_buf(&{o.List}[{i}], {entry.Buffer} + {Number(entry.Offset)}, "
                + $"{Number(entry.Size)});");
        }
    }

    private void WriteMapSg(Operation o, bool fails)
    {
        _live[o.Mapping] = new Live(o, o.List);
        Line($"KUNIT_ASSERT_{(fails ? "EQ" : "NE")}(test, dma_map_sg_attrs({o.Device}, {o.List},");
        Line($"\t\t\t\t\t ARRAY_SIZE({o.List}), {Direction(o.Direction)}, {Attrs(o)}), 0);");
    }

    // What the device wrote is there for the CPU, as far as the range goes.
    private void ExpectWritten(Live live, ulong size, ulong offset)
    {
        if (live.Written is not { } written
            || live.Maker.Direction == AbiDirection.ToDevice)
        {
            return;
        }

        var from = Math.Max(offset, written.Offset);
        var to = Math.Min(offset + size, written.Offset + written.Size);
        if (from < to)
        {
            Line($"KUNIT_EXPECT_EQ(test, wrong_bytes({live.Place(from)}, {Number(to - from)},");
            Line($"\t\t\t\t\t   {Seed(written)}, {Number(from - written.Offset)}), 0);");
        }
    }

    private void Touch(string buffer)
    {
        foreach (var live in _live.Values.Where(l => l.Maker.Buffer == buffer))
        {
            live.DeviceSeesBuffer = false;
            live.Written = null;
        }
    }

    private void Line(string line) => _out.Append('\t').Append(line).Append('\n');

    private static string Number(ulong value) => CInitializer.Number(value);

    private static string Seed(Operation o) => CInitializer.Number(o.Number & 0xff);

    private static string Direction(AbiDirection direction) => direction switch
    {
        AbiDirection.ToDevice => "DMA_TO_DEVICE",
        AbiDirection.FromDevice => "DMA_FROM_DEVICE",
        _ => "DMA_BIDIRECTIONAL",
    };

    private static string Attrs(Operation o) => (o.SkipSync, o.NoWarn) switch
    {
        (true, true) => "DMA_ATTR_SKIP_CPU_SYNC | DMA_ATTR_NO_WARN",
        (true, false) => "DMA_ATTR_SKIP_CPU_SYNC",
        (false, true) => "DMA_ATTR_NO_WARN",
        _ => "0",
    };

    // A mapping that there is.
    private sealed class Live(Operation maker, string list)
    {
        public Operation Maker { get; } = maker;

        public string List { get; } = list;

        public string Device => Maker.Device;

        public ulong Size => Maker.Size;

        public string Direction => KUnitBody.Direction(Maker.Direction);

        /// <summary>What the device wrote last and nobody has touched since.</summary>
        public Operation? Written { get; set; }

        /// <summary>Whether the device has to find what is in the buffer.</summary>
        public bool DeviceSeesBuffer { get; set; }

        public string Place(ulong offset) =>
            $"{Maker.Buffer} + {Number(Maker.Offset + offset)}";
    }
}
