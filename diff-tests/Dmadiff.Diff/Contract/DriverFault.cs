// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract.Shadow;

namespace Dmadiff.Diff.Contract;

/// <summary>What a trace does that a driver must not do. The API owes nothing for it, so it
/// gives no finding, whatever comes of it.</summary>
internal enum DriverFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Bytes outside of the mapping are named, or none at all. Memory may have
    /// changed anywhere near it.</summary>
    OutsideMapping,

    /// <summary>An alignment of more than a page is asked for: there may be a warning, since
    /// such requests can starve large mappings. All else holds.</summary>
    LargeAlignment,

    /// <summary>The page table is changed behind the API's back: there may be a warning.
    /// </summary>
    OwnPages,
}

/// <summary>Tells what is the driver's fault.</summary>
internal static class DriverFaults
{
    private const ulong PageMask = 0xfff;

    public static DriverFault Of(in AbiOp op, StepRole role, ShadowMapping? mapping)
    {
        switch (role)
        {
            case StepRole.Make when op.Size == 0:
            case StepRole.End when mapping is { Size: 0 }:
                return DriverFault.OutsideMapping;
            case StepRole.Make when op.Kind == AbiOpKind.SwiotlbMap && op.Arg > PageMask:
                return DriverFault.LargeAlignment;
            case StepRole.SyncForCpu or StepRole.SyncForDevice or StepRole.DeviceAccess
                when mapping is not null:
                return op.Size == 0 || op.Offset > mapping.Size
                    || op.Size > mapping.Size - op.Offset
                        ? DriverFault.OutsideMapping
                        : DriverFault.None;
            case StepRole.Other when op.Kind
                is AbiOpKind.IommuMap or AbiOpKind.IommuMapSg or AbiOpKind.IommuUnmap:
                return DriverFault.OwnPages;
            default:
                return DriverFault.None;
        }
    }

    public static StepRole RoleOf(AbiOpKind kind) => kind switch
    {
        AbiOpKind.Map or AbiOpKind.SwiotlbMap or AbiOpKind.SwiotlbAlloc => StepRole.Make,
        AbiOpKind.Unmap or AbiOpKind.SwiotlbUnmap or AbiOpKind.SwiotlbFree => StepRole.End,
        AbiOpKind.SyncForCpu or AbiOpKind.SwiotlbSyncForCpu => StepRole.SyncForCpu,
        AbiOpKind.SyncForDevice or AbiOpKind.SwiotlbSyncForDevice => StepRole.SyncForDevice,
        AbiOpKind.DevRead or AbiOpKind.DevWrite => StepRole.DeviceAccess,
        _ => StepRole.Other,
    };
}
