// SPDX-License-Identifier: GPL-2.0-only
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Dmadiff.KernelHarness.Build;

/// <summary>The part of an ELF library that is loaded when it runs.</summary>
internal static class LoadedSections
{
    private const int SectionHeadersOffset = 0x28;
    private const int SectionHeaderCount = 0x3c;
    private const int SectionHeaderBytes = 64;
    private const ulong Allocated = 2;
    private const uint NoBits = 8;

    /// <summary>Hashes it.</summary>
    /// <param name="library">Path of a 64-bit library of this machine.</param>
    public static string Hash(string library)
    {
        byte[] file = File.ReadAllBytes(library);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int headers = (int)BinaryPrimitives.ReadUInt64LittleEndian(
            file.AsSpan(SectionHeadersOffset));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(SectionHeaderCount));
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = file.AsSpan(
                headers + (i * SectionHeaderBytes), SectionHeaderBytes);
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            ulong flags = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
            if ((flags & Allocated) == 0)
            {
                continue;
            }

            // Address and size; without bits, that is all there is to it.
            hash.AppendData(header[0x10..0x18]);
            hash.AppendData(header[0x20..0x28]);
            if (type != NoBits)
            {
                int offset = (int)BinaryPrimitives.ReadUInt64LittleEndian(header[0x18..]);
                int bytes = (int)BinaryPrimitives.ReadUInt64LittleEndian(header[0x20..]);
                hash.AppendData(file, offset, bytes);
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
