// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.ManagedPort.Machine;

/// <summary>A pool's debugfs directory: which files are in it, and which can be written.</summary>
public sealed class DebugfsDirectory
{
    private readonly bool[] _present = new bool[(int)AbiDebugfsFile.Files];
    private readonly bool[] _writable = new bool[(int)AbiDebugfsFile.Files];

    /// <summary>Adds a file.</summary>
    /// <param name="file">Which.</param>
    /// <param name="writable">Whether it has a set function.</param>
    public void Create(AbiDebugfsFile file, bool writable)
    {
        _present[(int)file] = true;
        _writable[(int)file] = writable;
    }

    /// <summary>Whether the file is there.</summary>
    public bool Has(AbiDebugfsFile file) => _present[(int)file];

    /// <summary>Whether the file can be written.</summary>
    public bool CanWrite(AbiDebugfsFile file) => _writable[(int)file];
}
