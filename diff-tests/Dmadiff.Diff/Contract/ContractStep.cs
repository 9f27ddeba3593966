// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract;

/// <summary>What an op does to mappings.</summary>
internal enum StepRole
{
    /// <summary>Nothing.</summary>
    Other,

    /// <summary>Makes one, or tries to.</summary>
    Make,

    /// <summary>Ends one.</summary>
    End,

    /// <summary>Hands it to the CPU.</summary>
    SyncForCpu,

    /// <summary>Hands it to the device.</summary>
    SyncForDevice,

    /// <summary>The device uses it.</summary>
    DeviceAccess,
}

/// <summary>One op that has run, as rules see it.</summary>
internal sealed class ContractStep
{
    private readonly Action<ContractRuleId, string, string> _report;
    private readonly bool _thorough;

    public ContractStep(
        IEngine engine,
        ShadowMachine shadow,
        bool thorough,
        Action<ContractRuleId, string, string> report)
    {
        Engine = engine;
        Shadow = shadow;
        _thorough = thorough;
        _report = report;
    }

    /// <summary>For questions that change nothing.</summary>
    public IEngine Engine { get; }

    public ShadowMachine Shadow { get; }

    /// <summary>Everything is looked at after each op, not only what it touched.</summary>
    public bool IsThorough => _thorough && !IsPartial;

    /// <summary>More parts of the same op follow, of which the shadow knows nothing yet.</summary>
    public bool IsPartial { get; set; }

    public AbiOp Op { get; private set; }

    public AbiResult Result { get; private set; }

    public StepRole Role { get; private set; }

    /// <summary>The mapping that was made, used or ended; null when there is none.</summary>
    public ShadowMapping? Mapping { get; private set; }

    /// <summary>The device of the op, or null.</summary>
    public ShadowDevice? Device { get; private set; }

    /// <summary>The buffer of the op, or null.</summary>
    public ShadowBuffer? Buffer { get; private set; }

    /// <summary>What the driver or device does wrong by itself, or null.</summary>
    public DriverFault Fault { get; private set; }

    /// <summary>Log lines of the step.</summary>
    public IReadOnlyList<string> Log { get; private set; } = [];

    public bool Succeeded => Result.Status == AbiStatus.Ok;

    /// <summary>A mapping that could not be made.</summary>
    public bool Refused => Role == StepRole.Make && Result.Status == AbiStatus.MappingError;

    /// <summary>Bytes [Offset, Offset + Size) of the mapping are concerned: all of it for an
    /// operation that ends it.</summary>
    public ulong Offset => Role is StepRole.Make or StepRole.End ? 0 : Op.Offset;

    /// <summary>See <see cref="Offset"/>.</summary>
    public ulong Size => Mapping is null || Role is not (StepRole.Make or StepRole.End)
        ? Op.Size
        : Mapping.Size;

    public void Begin(
        in AbiOp op,
        in AbiResult result,
        StepRole role,
        ShadowMapping? mapping,
        DriverFault fault,
        IReadOnlyList<string> log)
    {
        Op = op;
        Result = result;
        Role = role;
        Mapping = mapping;
        Fault = fault;
        Log = log;
        Device = mapping?.Device;
        Buffer = mapping?.Buffer;
        if (role == StepRole.Make && op.Device < (uint)Shadow.Devices.Count)
        {
            Device = Shadow.Devices[(int)op.Device];
        }

        var hasBuffer = op.Kind is AbiOpKind.Map or AbiOpKind.SwiotlbMap or AbiOpKind.Fill;
        if (hasBuffer && op.Buffer < (uint)Shadow.Buffers.Count)
        {
            Buffer = Shadow.Buffers[(int)op.Buffer];
        }
    }

    public void Report(ContractRuleId rule, string expected, string actual) =>
        _report(rule, expected, actual);

    /// <summary>Runs an op that changes nothing, such as reading a debugfs file.</summary>
    public AbiResult Ask(AbiOp op)
    {
        Span<AbiResult> result = stackalloc AbiResult[1];
        Engine.Run([op], result);
        return result[0];
    }
}
