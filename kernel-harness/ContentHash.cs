// SPDX-License-Identifier: GPL-2.0-only
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Dmadiff.KernelHarness;

/// <summary>
/// Names a cache entry after everything it was made from. Every part is hashed with its
/// length, so that ("ab", "c") and ("a", "bc") differ.
/// </summary>
public sealed class ContentHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds a text part.</summary>
    public ContentHash Add(string part) => Add(Encoding.UTF8.GetBytes(part));

    /// <summary>Adds a part.</summary>
    public ContentHash Add(ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, part.Length);
        _hash.AppendData(length);
        _hash.AppendData(part);
        return this;
    }

    /// <summary>Adds each text, and how many there are.</summary>
    public ContentHash AddAll(IReadOnlyCollection<string> parts)
    {
        Add(parts.Count.ToString());
        foreach (string part in parts)
        {
            Add(part);
        }

        return this;
    }

    /// <summary>The key: 40 lower-case hexadecimal digits.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset())[..40];

    /// <summary>The key of one text.</summary>
    public static string Of(string text)
    {
        using var hash = new ContentHash();
        return hash.Add(text).Finish();
    }

    /// <summary>The key of one run of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        using var hash = new ContentHash();
        return hash.Add(bytes).Finish();
    }

    /// <summary>The key of a file's content.</summary>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public static string OfFile(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file))[..40];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
