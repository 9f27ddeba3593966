// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.ManagedPort;

/// <summary>The vectors were computed by an independent program from the text alone.</summary>
public sealed unsafe class DigestTests
{
    [Theory]
    [InlineData(0, 0UL, 0x98b3c59c970a70e8UL)]
    [InlineData(64, 0UL, 0x49418de91a86a6eeUL)]
    [InlineData(200, 0UL, 0x7cf89f4f671204beUL)]
    [InlineData(200, 0x123456789abcdef0UL, 0x9231840b9c419c2dUL)]
    public void Digest_of_counting_bytes_is_as_specified(
        int length, ulong chain, ulong expected)
    {
        byte[] bytes = new byte[length + 1];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)i;
        }
        fixed (byte* start = bytes)
        {
            Digest.Of(chain, start, (ulong)length).ShouldBe(expected);
        }
    }

    [Fact]
    public void Digest_of_a_short_text_is_padded_with_zeros()
    {
        fixed (byte* start = "dmadiff"u8)
        {
            Digest.Of(0, start, 7).ShouldBe(0xffa5c6c42412c0bfUL);
        }
    }

    [Fact]
    public void Pieces_of_whole_blocks_digest_like_one_range()
    {
        byte[] bytes = new byte[300];
        fixed (byte* start = bytes)
        {
            Pattern.Write(3, start, 300);
            var digest = new Digest(9);
            digest.Add(start, 64);
            digest.Add(start + 64, 128);
            digest.Add(start + 192, 108);
            digest.Finish().ShouldBe(Digest.Of(9, start, 300));
        }
    }

    [Theory]
    [InlineData(7UL, 20, "6D47364EB4C76BC601CAB7C129AD717C235E1908")]
    [InlineData(0UL, 16, "00000000000000002AF12E249DF62E4E")]
    public void Pattern_of_a_seed_is_as_specified(ulong seed, int length, string expected)
    {
        byte[] bytes = new byte[length];
        fixed (byte* start = bytes)
        {
            Pattern.Write(seed, start, (ulong)length);
        }
        Convert.ToHexString(bytes).ShouldBe(expected);
    }

    [Fact]
    public void Pattern_writes_nothing_past_its_end()
    {
        byte[] bytes = new byte[16];
        fixed (byte* start = bytes)
        {
            Pattern.Write(7, start, 9);
        }
        bytes.AsSpan(9).ToArray().ShouldAllBe(b => b == 0);
        bytes[8].ShouldNotBe((byte)0);
    }
}
