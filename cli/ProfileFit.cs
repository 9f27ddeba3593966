// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.Cli;

/// <summary>
/// Which profile of the port a kernel is held against, by what its own headers have, and in
/// what it is known to differ from the kernel that the profile follows.
/// </summary>
/// <param name="Profile">The profile; null when none comes near.</param>
/// <param name="Has">What the kernel has, and the profile's has not.</param>
/// <param name="Lacks">What the profile's kernel has, and this one has not.</param>
internal sealed record ProfileFit(
    SwiotlbProfile? Profile, IReadOnlyList<string> Has, IReadOnlyList<string> Lacks)
{
    private static readonly SwiotlbProfile[] Newer = [SwiotlbProfile.V6_12, SwiotlbProfile.V7_3];
    private static readonly SwiotlbProfile[] Older = [SwiotlbProfile.V6_1, SwiotlbProfile.V6_12];
    private static readonly SwiotlbProfile[] All = [SwiotlbProfile.V6_1, .. Newer];

    /// <summary>What the port's results depend on, and which profiles' kernels have it.</summary>
    private static readonly Trait[] Traits =
    [
        new("DMD_HAVE_IO_TLB_POOL", "pools inside of struct io_tlb_mem", Newer),
        new("DMD_HAVE_PAD_SLOTS", "padding slots", Newer),
        new("DMD_HAVE_USED_HIWATER", "a high-water mark", Newer),
        new("DMD_HAVE_HIWATER_ON_REQUEST", "a high-water mark on request alone",
            SwiotlbProfile.V7_3),
        new("DMD_HAVE_SWIOTLB_INIT_FLAGS", "flags of swiotlb_init()", All),
        new("DMD_HAVE_SWIOTLB_FORCE_FLAG", "the flag SWIOTLB_FORCE", Older),
        new("DMD_HAVE_RESTRICTED_POOL", "restricted pools", All),
        new("DMD_HAVE_TBL_MAP_ALLOC_SIZE", "an alloc_size given to map", SwiotlbProfile.V6_1),
        new("DMD_HAVE_TBL_UNMAP_ALLOC_SIZE", "an alloc_size given to unmap"),
        new("DMD_HAVE_TBL_MAP_ATTRS_POINTER", "attributes that map changes", SwiotlbProfile.V7_3),
        new("DMD_HAVE_MAP_PHYS", "mappings by physical address", SwiotlbProfile.V7_3),
    ];

    /// <summary>The profile of IOVA domains, which are a part of their own.</summary>
    public IovaProfile Iova { get; private init; } = IovaProfile.V6_1;

    /// <summary>The profile of the IOMMU core and dma-iommu, another part.</summary>
    public IommuProfile Iommu { get; private init; } = IommuProfile.V6_1;

    /// <summary>Whether nothing is known that the profile's kernel does otherwise.</summary>
    public bool IsExact =>
        Profile is { LooksUpMachineFrames: false } && Has.Count == 0 && Lacks.Count == 0;

    /// <summary>The same where devices of a guest of Xen go through dma-direct, which no kernel
    /// has.</summary>
    public ProfileFit WithMachineFrames() => this with { Profile = Profile?.WithMachineFrames() };

    /// <summary>Finds the profile for a kernel with these features.</summary>
    public static ProfileFit For(IReadOnlySet<string> features)
    {
        if (!features.Contains("DMD_HAVE_IO_TLB_AREAS"))
        {
            return new ProfileFit(null, [], ["areas"]);
        }

        SwiotlbProfile nearest =
            features.Contains("DMD_HAVE_DYNAMIC_SLOTS_CHECKED")
                ? SwiotlbProfile.DynamicSlotsMended
            : features.Contains("DMD_HAVE_DYNAMIC_SLOTS") ? SwiotlbProfile.DynamicSlots
            : !features.Contains("DMD_HAVE_IO_TLB_POOL") ? SwiotlbProfile.V6_1
            : features.Contains("DMD_HAVE_TBL_MAP_ATTRS_POINTER") ? SwiotlbProfile.V7_3
            : SwiotlbProfile.V6_12;
        bool Expected(Trait trait) => trait.In.Any(p => p.Name == nearest.Name);
        return new ProfileFit(
            nearest,
            [
                .. Traits.Where(t => features.Contains(t.Feature) && !Expected(t))
                    .Select(t => t.Text),
            ],
            [
                .. Traits.Where(t => !features.Contains(t.Feature) && Expected(t))
                    .Select(t => t.Text),
            ])
        {
            Iova = IovaFor(features),
            Iommu = IommuFor(features),
        };
    }

    private static IovaProfile IovaFor(IReadOnlySet<string> features) =>
        features.Contains("DMD_HAVE_IOVA_LAZY_MAGAZINES") ? IovaProfile.V7_3
        : features.Contains("DMD_HAVE_IOVA_DEPOT_LIST") ? IovaProfile.V6_12
        : IovaProfile.V6_1;

    private static IommuProfile IommuFor(IReadOnlySet<string> features) =>
        features.Contains("DMD_HAVE_MAP_PHYS") ? IommuProfile.V7_3
        : features.Contains("DMD_HAVE_IOMMU_IDENTITY_DOMAIN") ? IommuProfile.V6_12
        : !features.Contains("DMD_HAVE_IO_BUFFER_POOL") ? IommuProfile.V6_1
        : features.Contains("CONFIG_IOMMU_IO_BUFFER") ? IommuProfile.IoBuffers
        : IommuProfile.IoBuffersLeftOut;

    /// <summary>Lines for the user: which profile, and why it may differ.</summary>
    public IEnumerable<string> Describe()
    {
        if (Profile is null)
        {
            yield return "no profile of the port fits (it has no " + string.Join(", no ", Lacks)
                + "): not held against it";
            yield break;
        }

        yield return $"held against the port's profile {Profile.Title}"
            + (Iova.Name == Profile.Name ? string.Empty : $" (IOVA: {Iova.Name})")
            + (IsExact ? string.Empty : ", and may differ from it")
            + (Has.Count + Lacks.Count > 0 ? ":" : string.Empty);
        foreach (string text in Has)
        {
            yield return "  has " + text;
        }

        foreach (string text in Lacks)
        {
            yield return "  lacks " + text;
        }
    }

    private sealed record Trait(string Feature, string Text, params SwiotlbProfile[] In);
}
