// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Traces;

/// <summary>Reads the declarations of a trace. What depends on several of them is checked
/// by <see cref="Finish"/>, since they may come in any order.</summary>
internal sealed class DeclarationParser(DiagnosticList diagnostics)
{
    private static readonly string[] MachineKeys =
    [
        "memory", "cpus", "page_size", "addressing_limit", "swiotlb_any", "swiotlb_force",
        "late_init", "kdump", .. KernelOptionName.All.Select(option => option.Key),
        .. XenSyntax.MachineKeys,
    ];

    private static readonly string[] DeviceKeys =
    [
        "dma_mask", "bus_limit", "min_align", "seg_boundary", "max_seg", "pool",
        "coherent_mask", "coherent", "dma_coherent", "node", XenSyntax.Key,
        .. IommuSyntax.Keys,
    ];

    private readonly Dictionary<string, int> _names = new() { [Operation.DefaultPool] = 0 };
    private readonly List<(PoolDeclaration Value, TokenLine Line, SettingReader Settings)>
        _pools = [];

    private readonly List<(DeviceDeclaration Value, TokenLine Line, SettingReader Settings)>
        _devices = [];

    private readonly List<(BufferDeclaration Value, TokenLine Line, SettingReader Settings)>
        _buffers = [];

    private MachineDeclaration? _machine;
    private string? _cmdline;

    /// <summary>The first words of declarations.</summary>
    public static IReadOnlyList<string> Words { get; } =
        ["machine", "cmdline", "pool", "device", "buffer"];

    public void Read(TokenLine line)
    {
        var settings = new SettingReader(line, diagnostics);
        switch (line.Head.Text)
        {
            case "machine":
                ReadMachine(line, settings);
                break;
            case "cmdline":
                ReadCmdline(line);
                break;
            case "pool" when ReadName(line) is { } name:
                settings.Read(2, ["base", "size"]);
                var range = new PoolDeclaration(
                    name, settings.RequiredNumber("base"), settings.RequiredSize("size"));
                _pools.Add((range, line, settings));
                break;
            case "device" when ReadName(line) is { } name:
                settings.Read(2, DeviceKeys);
                _devices.Add((ReadDevice(name, line, settings), line, settings));
                break;
            case "buffer" when ReadName(line) is { } name:
                settings.Read(2, ["size", "at"]);
                var bytes = settings.RequiredSize("size");
                ulong? at = settings.Text("at") is null ? null : settings.Number("at", 1UL << 20);
                _buffers.Add((new BufferDeclaration(name, bytes, at), line, settings));
                break;
        }
    }

    /// <summary>Checks what was read and returns it, without operations.</summary>
    public Trace Finish()
    {
        var trace = new Trace
        {
            Machine = _machine ?? new MachineDeclaration(),
            Cmdline = _cmdline ?? "",
            Pools = ValueList.From(_pools.Select(row => row.Value)),
            Devices = ValueList.From(_devices.Select(row => row.Value)),
            Buffers = ValueList.From(_buffers.Select(row => row.Value)),
        };
        foreach (var (pool, line, settings) in _pools)
        {
            DeclarationRules.Check(pool, ReportTo(line, settings));
        }

        foreach (var (device, line, settings) in _devices)
        {
            DeclarationRules.CheckNode(device, trace.Machine, ReportTo(line, settings));
            XenSyntax.Check(device, trace.Machine, ReportTo(line, settings));
            IommuSyntax.Check(device, trace.Machine, ReportTo(line, settings));
            var pools = trace.Pools.Select(pool => pool.Name);
            DeclarationRules.Check(device, pools, ReportTo(line, settings));
        }

        foreach (var (buffer, line, settings) in _buffers)
        {
            DeclarationRules.Check(buffer, ReportTo(line, settings));
        }

        // Where buffers go depends on everything else, which must be right first.
        if (diagnostics.IsEmpty)
        {
            BufferPlacement.Place(trace, ReportPlace);
        }

        return trace;
    }

    private void ReportPlace(int index, string message)
    {
        var (buffer, line, settings) = _buffers[index];
        ReportTo(line, settings)(buffer.At is null ? "size" : "at", message);
    }

    private void ReadMachine(TokenLine line, SettingReader settings)
    {
        if (_machine is not null)
        {
            diagnostics.Add(line.Number, line.Head.Column, "machine is declared twice");
        }

        var defaults = new MachineDeclaration();
        settings.Read(1, MachineKeys);
        _machine = new MachineDeclaration
        {
            MemoryBytes = settings.Size("memory", defaults.MemoryBytes),
            Cpus = settings.Number("cpus", defaults.Cpus),
            AddressingLimit = settings.Flag("addressing_limit", defaults.AddressingLimit),
            SwiotlbAny = settings.Flag("swiotlb_any", otherwise: false),
            SwiotlbForce = settings.Flag("swiotlb_force", otherwise: false),
            IsKdump = settings.Flag("kdump", otherwise: false),
            LateInitBytes = settings.Size("late_init", 0),
            Configuration = ReadConfiguration(line, settings),
            HighmemFrom = settings.Size(KeyOf(KernelOption.Highmem), 0),
            Nodes = settings.Number(KeyOf(KernelOption.Numa), defaults.Nodes),
        };
        _machine = XenSyntax.Read(_machine, settings, ReportTo(line, settings));
        DeclarationRules.Check(_machine, ReportTo(line, settings));
    }

    private KernelConfiguration ReadConfiguration(TokenLine line, SettingReader settings)
    {
        const string pageSize = "page_size";
        var configuration = KernelConfiguration.Default;
        var bytes = settings.Size(pageSize, configuration.PageBytes);
        if (KernelConfiguration.IsPageSize(bytes))
        {
            configuration = configuration.WithPageBytes(bytes);
        }
        else
        {
            diagnostics.Add(
                line.Number,
                settings.ColumnOf(pageSize),
                $"{pageSize} must be 4K, 16K or 64K: {Quantity.FormatSize(bytes)}");
        }

        foreach (var option in KernelOptionName.All)
        {
            if (option.Option
                is not (KernelOption.Highmem or KernelOption.Numa or KernelOption.Xen))
            {
                configuration = configuration.With(
                    option.Option, settings.Flag(option.Key, option.OnByDefault));
            }
        }

        return configuration;
    }

    private static string KeyOf(KernelOption option) =>
        KernelOptionName.All.First(name => name.Option == option).Key;

    private void ReadCmdline(TokenLine line)
    {
        if (_cmdline is not null)
        {
            diagnostics.Add(line.Number, line.Head.Column, "cmdline is declared twice");
        }
        else if (line.Tokens.Count < 2)
        {
            diagnostics.Add(line.Number, line.EndColumn, "cmdline needs at least one word");
        }

        _cmdline = string.Join(' ', line.Tokens.Skip(1).Select(token => token.Text));
    }

    private DeviceDeclaration ReadDevice(string name, TokenLine line, SettingReader settings)
    {
        var defaults = new DeviceDeclaration(name);
        var (start, bytes) = settings.AddressAndSize("coherent", ReportTo(line, settings));
        return defaults with
        {
            MaskBits = settings.RequiredNumber("dma_mask"),
            BusLimit = settings.Number("bus_limit", 0),
            MinAlignMask = settings.Number("min_align", 0),
            SegBoundaryMask = ReadBoundary(line, settings, defaults.SegBoundaryMask),
            MaxSegmentBytes = settings.Size("max_seg", defaults.MaxSegmentBytes),
            Pool = settings.Text("pool") ?? "",
            IsCoherent = settings.Flag("dma_coherent", otherwise: true),
            Node = settings.Number("node", 0),
            IsOfXen = settings.Flag(XenSyntax.Key, otherwise: false),
            CoherentMaskBits = settings.Number("coherent_mask", 0),
            CoherentBase = start,
            CoherentBytes = bytes,
            Iommu = IommuSyntax.Read(settings, ReportTo(line, settings)),
        };
    }

    private ulong ReadBoundary(TokenLine line, SettingReader settings, ulong otherwise)
    {
        const string key = "seg_boundary";
        if (settings.Text(key) is "none")
        {
            return ulong.MaxValue;
        }

        var bytes = settings.Size(key, otherwise + 1);
        if (!ulong.IsPow2(bytes) || bytes < 2048)
        {
            diagnostics.Add(
                line.Number,
                settings.ColumnOf(key),
                $"{key} must be a power of two, at least 2K, or none");
        }

        return bytes - 1;
    }

    private string? ReadName(TokenLine line)
    {
        if (line.Tokens.Count < 2)
        {
            diagnostics.Add(line.Number, line.EndColumn, $"{line.Head.Text} needs a name");
            return null;
        }

        var (name, column) = line.Tokens[1];
        if (!NameRule.IsName(name))
        {
            diagnostics.Add(line.Number, column, NameRule.Complaint(name));
            return null;
        }

        if (_names.TryGetValue(name, out var first))
        {
            var where = first == 0 ? "is a word of the language" : $"was declared in line {first}";
            diagnostics.Add(line.Number, column, $"{name} {where}");
            return null;
        }

        _names.Add(name, line.Number);
        return name;
    }

    private Report ReportTo(TokenLine line, SettingReader settings) =>
        (part, message) => diagnostics.Add(line.Number, settings.ColumnOf(part), message);
}
