// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>Which memory devices see in the clear: all of it, unless the machine encrypts its
/// memory, and then only what was decrypted for them.</summary>
public sealed class PageEncryption
{
    private readonly List<(ulong Start, ulong End)> _decrypted = [];
    private bool _encrypts;

    /// <summary>Starts over, with all memory encrypted or none.</summary>
    public void PowerOn(bool encrypts)
    {
        _encrypts = encrypts;
        _decrypted.Clear();
    }

    /// <summary>set_memory_decrypted().</summary>
    /// <param name="start">Physical address of a page.</param>
    /// <param name="bytes">Bytes of whole pages.</param>
    public void Decrypt(ulong start, ulong bytes)
    {
        if (_encrypts)
        {
            _decrypted.Add((start, start + bytes));
        }
    }

    /// <summary>Whether devices see all of a range.</summary>
    public bool IsShared(ulong address, ulong size)
    {
        // Ranges may touch: from each, go on where it ends.
        ulong at = address;
        while (_encrypts && at < address + size)
        {
            int holder = _decrypted.FindIndex(r => r.Start <= at && at < r.End);
            if (holder < 0)
            {
                return false;
            }
            at = _decrypted[holder].End;
        }
        return true;
    }
}
