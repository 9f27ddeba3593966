// SPDX-License-Identifier: GPL-2.0-only
using System.Text;

namespace Dmadiff.Bindings;

/// <summary>
/// How the kernel of a machine is configured: what decides how it is compiled, but for the
/// revision. Two that are equal share a build.
/// </summary>
public sealed record KernelConfiguration
{
    private const int DefaultPageShift = 12;

    /// <summary>4K pages, and every option as it is where nothing is said.</summary>
    public static KernelConfiguration Default { get; } = new();

    private KernelConfiguration()
    {
        PageShift = DefaultPageShift;
        Options = DefaultOptions;
    }

    /// <summary>Sizes of a page that can be chosen, as log2 of their bytes.</summary>
    public static IReadOnlyList<int> PageShifts { get; } = [DefaultPageShift, 14, 16];

    /// <summary>The default, and each other choice by itself.</summary>
    public static IReadOnlyList<KernelConfiguration> EachAlone { get; } =
    [
        Default,
        .. PageShifts.Skip(1).Select(shift => Default.WithPageBytes(1UL << shift)),
        .. KernelOptionName.All.Select(o => Default.With(o.Option, !o.OnByDefault)),
    ];

    /// <summary>log2 of a page's bytes: 12, 14 or 16.</summary>
    public int PageShift { get; private init; }

    /// <summary>What is on.</summary>
    public KernelOption Options { get; private init; }

    /// <summary>Bytes of a page.</summary>
    public ulong PageBytes => 1UL << PageShift;

    /// <summary>Whether nothing is other than the default.</summary>
    public bool IsDefault => this == Default;

    /// <summary>What reports call it: "default", or what is other than that, such as
    /// "64K+dynamic+no-debugfs".</summary>
    public string Name
    {
        get
        {
            var name = new StringBuilder();
            if (PageShift != DefaultPageShift)
            {
                name.Append($"{PageBytes >> 10}K");
            }

            foreach (KernelOptionName option in KernelOptionName.All)
            {
                // A restricted pool is reserved memory: that there is none goes without saying.
                bool implied = option.Option == KernelOption.RestrictedPool
                    && !Has(KernelOption.OfReservedMem);
                if (Has(option.Option) != option.OnByDefault && !implied)
                {
                    name.Append(name.Length > 0 ? "+" : string.Empty)
                        .Append(option.OnByDefault ? "no-" : string.Empty).Append(option.Word);
                }
            }

            return name.Length > 0 ? name.ToString() : "default";
        }
    }

    private static KernelOption DefaultOptions => KernelOptionName.All
        .Where(o => o.OnByDefault)
        .Aggregate(KernelOption.None, (all, o) => all | o.Option);

    /// <summary>Whether an option is on.</summary>
    public bool Has(KernelOption option) => (Options & option) == option;

    /// <summary>The same with pages of another size.</summary>
    /// <param name="bytes">4096, 16384 or 65536.</param>
    /// <exception cref="ArgumentOutOfRangeException">Any other size.</exception>
    public KernelConfiguration WithPageBytes(ulong bytes) => IsPageSize(bytes)
        ? this with { PageShift = (int)ulong.Log2(bytes) }
        : throw new ArgumentOutOfRangeException(nameof(bytes));

    /// <summary>Whether pages can have this size, in bytes.</summary>
    public static bool IsPageSize(ulong bytes) => PageShifts.Any(shift => 1UL << shift == bytes);

    /// <summary>The same with an option on or off. Restricted pools are reserved memory:
    /// they are off wherever that is.</summary>
    public KernelConfiguration With(KernelOption option, bool on)
    {
        KernelOption options = on ? Options | option : Options & ~option;
        if ((options & KernelOption.OfReservedMem) == KernelOption.None)
        {
            options &= ~KernelOption.RestrictedPool;
        }

        return this with { Options = options };
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
