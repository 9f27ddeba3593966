// SPDX-License-Identifier: GPL-2.0-only
using System.Text.Json;
using System.Text.Json.Serialization;
using Dmadiff.Bindings;

namespace Dmadiff.KernelHarness.Build;

/// <summary>
/// What is compiled and how: the contents of build.json. In flags, <c>{tree}</c>,
/// <c>{harness}</c> and <c>{build}</c> stand for the exported kernel, the folder of
/// build.json, and the folder of generated headers and the result.
/// </summary>
internal sealed record BuildPlan
{
    private const string TreePrefix = "{tree}/";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Flags for every unit of the kernel library.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>The units of the kernel library, in the order they are linked.</summary>
    public required IReadOnlyList<UnitGroup> Groups { get; init; }

    /// <summary>Files of the host library, which serves all kernels of a process.</summary>
    public required IReadOnlyList<string> HostUnits { get; init; }

    /// <summary>Flags for the host library: compiler's and linker's.</summary>
    public required IReadOnlyList<string> HostFlags { get; init; }

    /// <summary>Flags to link the kernel library with.</summary>
    public required IReadOnlyList<string> LinkFlags { get; init; }

    /// <summary>Files of the program that holds one kernel.</summary>
    public IReadOnlyList<string> RunnerUnits { get; init; } = [];

    /// <summary>Flags for that program: compiler's and linker's.</summary>
    public IReadOnlyList<string> RunnerFlags { get; init; } = [];

    /// <summary>What a build with sanitizers has on top.</summary>
    public VariantPlan? Sanitized { get; init; }

    /// <summary>What a build that counts its branches has on top.</summary>
    public VariantPlan? Covered { get; init; }

    /// <summary>How the names of functions begin that a library may take from elsewhere.
    /// </summary>
    public IReadOnlyList<string> SymbolPrefixes { get; init; } = [];

    /// <summary>
    /// Functions that the kernel library may take from the C library: any other one that is
    /// not there is a missing service, even if the C library happens to have the name.
    /// </summary>
    public required IReadOnlyList<string> LibcSymbols { get; init; }

    /// <summary>
    /// Kernel functions that are known to be asked for and not to be there. One that is not
    /// in this list costs a second link; one that is there after all costs nothing.
    /// </summary>
    public IReadOnlyList<string> MissingServices { get; init; } = [];

    /// <summary>
    /// Files of the kernel that units of this project hold, as what they look at is private:
    /// path in the tree by unit.
    /// </summary>
    public IReadOnlyDictionary<string, string> Holds { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The kernel's files under test that every build needs, by path in its tree.
    /// </summary>
    public IReadOnlyList<string> NeededTreeUnits =>
        TreeUnitsOf(g => g.Part is null && g.When is null);

    /// <summary>The kernel's files under test that a build can be without.</summary>
    public IReadOnlyList<string> OptionalTreeUnits =>
        TreeUnitsOf(g => g.Part is not null || g.When is not null);

    /// <summary>All of them.</summary>
    public IReadOnlyList<string> TreeUnits => TreeUnitsOf(_ => true);

    /// <summary>What people call a unit: the kernel's file that it is or holds, else its path
    /// below kernel-harness/.</summary>
    public string NameOf(string unit) => Holds.TryGetValue(unit, out string? held)
        ? held
        : unit.Replace(TreePrefix, string.Empty).Replace("{harness}/", "kernel-harness/");

    /// <summary>Flags for units with the kernel's own code alone.</summary>
    public IReadOnlyList<string> TestedFlags { get; init; } = [];

    /// <summary>The plan for a variant of all builds.</summary>
    /// <exception cref="UserErrorException">There is no such variant.</exception>
    public BuildPlan For(BuildVariant variant)
    {
        if (variant == BuildVariant.Plain)
        {
            return this;
        }

        VariantPlan more = (variant == BuildVariant.Sanitized ? Sanitized : Covered)
            ?? throw new UserErrorException($"build.json says nothing of {variant} builds");
        return this with
        {
            Flags = [.. Flags, .. more.Flags],
            TestedFlags = [.. TestedFlags, .. more.TestedFlags],
            LinkFlags = [.. LinkFlags, .. more.LinkFlags],
            RunnerUnits = [.. RunnerUnits, .. more.RunnerUnits],
            RunnerFlags = [.. RunnerFlags, .. more.Flags, .. more.LinkFlags],
            SymbolPrefixes = [.. SymbolPrefixes, .. more.SymbolPrefixes],
        };
    }

    /// <summary>The plan with an option of the configuration on that it does not know, and the
    /// units that come with it. Each of those has its own name, which its parameters have on the
    /// command line.</summary>
    public BuildPlan With(KconfigAddition addition)
    {
        UnitGroup[] groups =
        [
            .. Groups.Select(group => group with
            {
                Flags =
                [
                    .. group.Flags.SelectMany(flag => flag == ConfigurationFlags.Placeholder
                        ? [flag, $"-DCONFIG_{addition.Name}=1"]
                        : new[] { flag }),
                ],
            }),
        ];
        return this with
        {
            Groups =
            [
                .. groups,
                .. addition.Units.SelectMany(unit => groups
                    .Where((_, i) => Takes(Groups[i], unit))
                    .Select(group => NamedGroupOf(group, unit))),
            ],
        };
    }

    private static UnitGroup NamedGroupOf(UnitGroup group, string unit)
    {
        const string name = "-DKBUILD_MODNAME=";
        string own = Path.GetFileNameWithoutExtension(unit).Replace('-', '_');
        return new UnitGroup(
            [
                .. group.Flags.Select(flag => flag.StartsWith(name, StringComparison.Ordinal)
                    ? $"{name}\"{own}\""
                    : flag),
            ],
            [unit])
        {
            Part = group.Part,
            When = group.When,
        };
    }

    /// <summary>Flags for a file of the kernel by itself; null when it is not compiled.
    /// </summary>
    /// <param name="file">Path in the tree.</param>
    public IEnumerable<string>? FlagsOf(string file) => TreeUnits.Contains(file)
        ?
        [
            .. Flags,
            .. (Groups.FirstOrDefault(g => Takes(g, TreePrefix + file)) ?? Groups[0]).Flags,
        ]
        : null;

    // The first group of the kernel's own files that has a neighbour.
    private bool Takes(UnitGroup group, string unit) => group == Groups.FirstOrDefault(
        g => g.Units.Any(u => Path.GetDirectoryName(u) == Path.GetDirectoryName(unit)
            && u.StartsWith(TreePrefix, StringComparison.Ordinal)));

    /// <summary>The groups that a kernel has when it is configured so.</summary>
    public IReadOnlyList<UnitGroup> GroupsOf(KernelConfiguration configuration) =>
    [
        .. Groups.Where(g => g.When is null || KernelOptionName.All.Any(
            o => o.Word == g.When && configuration.Has(o.Option))),
    ];

    /// <summary>Flags for a unit of a group.</summary>
    public IEnumerable<string> FlagsOf(UnitGroup group, string unit)
    {
        bool isTested = unit.StartsWith(TreePrefix, StringComparison.Ordinal)
            || Holds.ContainsKey(unit);
        return [.. Flags, .. group.Flags, .. isTested ? TestedFlags : []];
    }

    private IReadOnlyList<string> TreeUnitsOf(Func<UnitGroup, bool> wanted) =>
    [
        .. Groups.Where(wanted)
            .SelectMany(g => g.Units)
            .Select(u => Holds.GetValueOrDefault(u, u))
            .Where(u => !u.StartsWith("{harness}/", StringComparison.Ordinal))
            .Select(u => u.Replace(TreePrefix, string.Empty)),
    ];

    /// <summary>Reads build.json.</summary>
    /// <exception cref="UserErrorException">It is missing or makes no sense.</exception>
    public static BuildPlan Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<BuildPlan>(File.ReadAllBytes(path), Options)
                ?? throw new UserErrorException($"{path}: empty");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new UserErrorException($"{path}: {e.Message}", e);
        }
    }
}

/// <summary>Units that are compiled the same way.</summary>
/// <param name="Flags">Flags beside those of <see cref="BuildPlan.Flags"/>.</param>
/// <param name="Units">Files, such as "{tree}/kernel/dma/direct.c".</param>
internal sealed record UnitGroup(IReadOnlyList<string> Flags, IReadOnlyList<string> Units)
{
    /// <summary>The part of the kernel that the units make up; null for what every build
    /// needs. A part is left out when any of its units does not compile.</summary>
    public EngineCapabilities? Part { get; init; }

    /// <summary>Word of the option that a kernel must be configured with for the units to be
    /// of any use; null when they always are.</summary>
    public string? When { get; init; }

    /// <summary>Units that take the place of the group when its part is left out.</summary>
    public IReadOnlyList<string> Otherwise { get; init; } = [];
}

/// <summary>What a variant asks of a build.</summary>
internal sealed record VariantPlan
{
    /// <summary>Flags for every unit.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Flags for units with the kernel's own code.</summary>
    public IReadOnlyList<string> TestedFlags { get; init; } = [];

    /// <summary>Flags to link the kernel library and its program with.</summary>
    public IReadOnlyList<string> LinkFlags { get; init; } = [];

    /// <summary>More files of the program.</summary>
    public IReadOnlyList<string> RunnerUnits { get; init; } = [];

    /// <summary>How names of functions begin that come with it.</summary>
    public IReadOnlyList<string> SymbolPrefixes { get; init; } = [];
}
