// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Diff.Recordings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Cli.Commands;

/// <summary>The options that say what a recording does not, the same for all commands that
/// read one.</summary>
internal sealed class RecordingOptions
{
    private readonly Option<string?> _pool = new("--pool")
    {
        Description =
            "Base and size of the recorded kernel's swiotlb pool, as it logged them at boot: "
            + "0x7b000000,64M. Without it they are found out.",
        HelpName = "BASE,SIZE",
    };

    private readonly Option<string[]> _minAlign = new("--min-align")
    {
        Description =
            "Address bits that bounces of a recorded device keep: 0000:00:02.0=0xfff for an "
            + "NVMe. Without it they are found out. May be given several times.",
        HelpName = "DEVICE=MASK",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_pool);
        command.Add(_minAlign);
        _pool.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && ParsePool(result.Tokens[0].Value) is null)
            {
                result.AddError(
                    "--pool takes BASE,SIZE: a multiple of 4K, and a multiple of 256K up to 1G");
            }
        });
        _minAlign.Validators.Add(result =>
        {
            if (result.Tokens.Any(t => ParseMinAlign(t.Value) is null))
            {
                result.AddError(
                    "--min-align takes DEVICE=MASK, with a mask of 2^n - 1 up to 0x7fffffff");
            }
        });
    }

    /// <summary>What the user told.</summary>
    public MachineKnowledge Knowledge(ParseResult parsed)
    {
        var minAlign = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (string text in parsed.GetValue(_minAlign) ?? [])
        {
            var (device, mask) = ParseMinAlign(text)!.Value;
            minAlign[device] = mask;
        }

        return new MachineKnowledge(
            parsed.GetValue(_pool) is { } pool ? ParsePool(pool) : null, minAlign);
    }

    /// <summary>Whether any of them was given.</summary>
    public bool AnyGiven(ParseResult parsed) =>
        parsed.GetValue(_pool) is not null || parsed.GetValue(_minAlign) is { Length: > 0 };

    private static (ulong Base, ulong Bytes)? ParsePool(string text)
    {
        const ulong pageMask = 0xfff;
        const ulong segmentMask = 0x3ffff;
        int comma = text.IndexOf(',', StringComparison.Ordinal);
        return comma > 0
            && Quantity.ParseNumber(text.AsSpan(0, comma), out ulong start) is null
            && Quantity.ParseSize(text.AsSpan(comma + 1), out ulong bytes) is null
            && (start & pageMask) == 0 && (bytes & segmentMask) == 0
            && bytes is > 0 and <= 1UL << 30 && start <= ulong.MaxValue - bytes
                ? (start, bytes)
                : null;
    }

    private static (string Device, ulong Mask)? ParseMinAlign(string text)
    {
        int equals = text.LastIndexOf('=');
        return equals > 0
            && Quantity.ParseNumber(text.AsSpan(equals + 1), out ulong mask) is null
            && (mask & (mask + 1)) == 0 && mask <= 0x7fffffff
                ? (text[..equals], mask)
                : null;
    }
}
