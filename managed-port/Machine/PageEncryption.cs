// SPDX-License-Identifier: GPL-2.0-only
using System.Collections;

namespace Dmadiff.ManagedPort.Machine;

/// <summary>Which memory devices see in the clear: all of it, unless the machine encrypts its
/// memory, and then only what was decrypted for them.</summary>
/// <param name="log">Where a misuse is told.</param>
public sealed class PageEncryption(Log log)
{
    private BitArray? _decrypted;
    private int _pageShift;

    /// <summary>Whether the machine encrypts its memory.</summary>
    public bool IsOn => _decrypted is not null;

    /// <summary>Starts over, with all memory encrypted or none.</summary>
    /// <param name="encrypts">Whether the machine encrypts at all.</param>
    /// <param name="memoryBytes">Bytes of RAM.</param>
    /// <param name="pageShift">log2 of a page's bytes.</param>
    public void PowerOn(bool encrypts, ulong memoryBytes, int pageShift)
    {
        _pageShift = pageShift;
        _decrypted = encrypts ? new BitArray((int)(memoryBytes >> pageShift)) : null;
    }

    /// <summary>set_memory_decrypted().</summary>
    /// <param name="start">Physical address of a page.</param>
    /// <param name="bytes">Bytes; a page that is begun counts.</param>
    public void Decrypt(ulong start, ulong bytes) => Change(start, bytes, true);

    /// <summary>set_memory_encrypted().</summary>
    /// <param name="start">Physical address of a page.</param>
    /// <param name="bytes">Bytes; a page that is begun counts.</param>
    public void Encrypt(ulong start, ulong bytes) => Change(start, bytes, false);

    /// <summary>Whether devices see all of a range.</summary>
    public bool IsShared(ulong address, ulong size) => All(address, size, decrypted: true);

    /// <summary>Memory that is freed must be encrypted.</summary>
    /// <exception cref="KernelDeathException">It is not: misuse.</exception>
    public void RequireEncrypted(ulong address, ulong size)
    {
        if (!All(address, size, decrypted: false))
        {
            log.Misuse("memory freed that is decrypted");
        }
    }

    private void Change(ulong start, ulong bytes, bool decrypted)
    {
        if (_decrypted is null)
        {
            return;
        }
        ulong page = 1UL << _pageShift;
        ulong first = start >> _pageShift;
        ulong count = (bytes + page - 1) >> _pageShift;
        ulong pages = (ulong)_decrypted.Length;
        if (start % page != 0 || first >= pages || count > pages - first)
        {
            log.Misuse("encryption changed of what is not whole pages of memory");
        }
        for (ulong i = first; i < first + count; i++)
        {
            _decrypted[(int)i] = decrypted;
        }
    }

    private bool All(ulong address, ulong size, bool decrypted)
    {
        if (_decrypted is null)
        {
            return true;
        }
        ulong end = (address + size + (1UL << _pageShift) - 1) >> _pageShift;
        end = Math.Min(end, (ulong)_decrypted.Length);
        for (ulong i = address >> _pageShift; i < end; i++)
        {
            if (_decrypted[(int)i] != decrypted)
            {
                return false;
            }
        }
        return true;
    }
}
