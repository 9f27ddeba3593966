// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Scaling;

/// <summary>An allocator with a flush policy.</summary>
/// <param name="Allocator">Where addresses come from.</param>
/// <param name="Flush">When the IOTLB is flushed.</param>
internal sealed record Contender(AllocatorKind Allocator, FlushKind Flush)
{
    /// <summary>All that make sense: only what goes round and round can flush before reuse, and
    /// it has no need of a queue.</summary>
    public static IReadOnlyList<Contender> All { get; } =
    [
        new(AllocatorKind.Tree, FlushKind.Strict),
        new(AllocatorKind.Tree, FlushKind.LazyPerCpu),
        new(AllocatorKind.Tree, FlushKind.LazySingle),
        new(AllocatorKind.Magazines, FlushKind.Strict),
        new(AllocatorKind.Magazines, FlushKind.LazyPerCpu),
        new(AllocatorKind.Magazines, FlushKind.LazySingle),
        new(AllocatorKind.Bitmap, FlushKind.Strict),
        new(AllocatorKind.Bitmap, FlushKind.BeforeReuse),
        new(AllocatorKind.Subranges, FlushKind.Strict),
        new(AllocatorKind.Subranges, FlushKind.BeforeReuse),
        new(AllocatorKind.SubrangePerCpu, FlushKind.Strict),
        new(AllocatorKind.SubrangePerCpu, FlushKind.BeforeReuse),
    ];

    /// <summary>Its name in tables.</summary>
    public string Name => AllocatorName + ", " + Flush switch
    {
        FlushKind.Strict => "strict",
        FlushKind.LazyPerCpu => "queue/CPU",
        FlushKind.LazySingle => "one queue",
        _ => "at reuse",
    };

    private string AllocatorName => Allocator switch
    {
        AllocatorKind.Tree => "tree",
        AllocatorKind.Magazines => "magazines",
        AllocatorKind.Bitmap => "bitmap",
        AllocatorKind.Subranges => "32 parts",
        _ => "part/CPU",
    };
}
