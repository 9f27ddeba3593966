// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Iova;

/// <summary>
/// What sets one revision's IOVA allocator apart from another's. The tree, its cached nodes
/// and the search are the same in all of them.
/// </summary>
public sealed record IovaProfile
{
    /// <summary>Linux 6.1.</summary>
    public static IovaProfile V6_1 { get; } = new() { Name = "6.1" };

    /// <summary>Linux 6.12.</summary>
    public static IovaProfile V6_12 { get; } = new()
    {
        Name = "6.12",
        DepotIsList = true,
        FreesMissingMagazines = true,
    };

    /// <summary>Linux 7.3.</summary>
    public static IovaProfile V7_3 { get; } = new()
    {
        Name = "7.3",
        DepotIsList = true,
        MagazinesOnDemand = true,
    };

    /// <summary>The profile of a release; the oldest when there is none.</summary>
    public static IovaProfile Named(string name) => name switch
    {
        "6.12" => V6_12,
        "7.3" => V7_3,
        _ => V6_1,
    };

    /// <summary>The release it follows.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The depot is a list without an end, from which work takes a magazine every 100 ms
    /// while it holds more than there are CPUs, and magazines have a cache of their own;
    /// else it is an array of 32, and what does not fit goes back to the tree at once.
    /// </summary>
    public bool DepotIsList { get; init; }

    /// <summary>
    /// A CPU has no magazines until it frees something; else it has two empty ones.
    /// </summary>
    public bool MagazinesOnDemand { get; init; }

    /// <summary>
    /// When there is no memory for the magazines of a new domain, those that are missing
    /// are freed too: kmem_cache_free(NULL), which the kernel does not survive.
    /// </summary>
    public bool FreesMissingMagazines { get; init; }
}
