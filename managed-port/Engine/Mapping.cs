// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.ManagedPort.Engine;

/// <summary>What the machine remembers of a mapping that a trace made.</summary>
internal struct Mapping
{
    /// <summary>The buffer of a mapping that stands for none.</summary>
    public const uint NoBuffer = AbiConstants.None;

    /// <summary>Whether it was made and not ended since.</summary>
    public bool Live;

    /// <summary>The operation that made it.</summary>
    public AbiOpKind MadeBy;

    /// <summary>Index of its device.</summary>
    public uint Device;

    /// <summary>Index of its buffer or scatterlist, or <see cref="NoBuffer"/>.</summary>
    public uint Buffer;

    /// <summary>Where in the buffer it starts, in bytes.</summary>
    public ulong BufferOffset;

    /// <summary>The address that the device was given.</summary>
    public ulong Address;

    /// <summary>The physical address that it led to when it was made.</summary>
    public ulong Phys;

    /// <summary>Where the CPU sees coherent memory, a physical address.</summary>
    public ulong Cpu;

    /// <summary>Whether it was made by map, and unmapped since.</summary>
    public bool Ended;

    /// <summary>Bytes.</summary>
    public ulong Size;

    /// <summary>Direction it was made with.</summary>
    public AbiDirection Direction;

    /// <summary>Attributes it was made with.</summary>
    public AbiAttr Attrs;

    /// <summary>Coherent memory that the CPU sees past its caches.</summary>
    public bool IsUncached;

    /// <summary>Coherent memory for which the CPU has no address.</summary>
    public bool IsCookie;
}
