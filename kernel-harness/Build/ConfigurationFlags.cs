// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.KernelHarness.Build;

/// <summary>
/// A configuration as overlay/generated/autoconf.h is told it: what is off by default is
/// defined, what is on by default and to be off is named in a definition of this project's.
/// </summary>
internal static class ConfigurationFlags
{
    /// <summary>Stands in build.json for the flags of the configuration.</summary>
    public const string Placeholder = "{configuration}";

    /// <summary>The flags, with those of the configuration in place.</summary>
    public static IReadOnlyList<string> Expand(
        IEnumerable<string> flags, KernelConfiguration configuration) =>
    [
        .. flags.SelectMany(flag => flag == Placeholder ? For(configuration) : [flag]),
    ];

    private static IEnumerable<string> For(KernelConfiguration configuration)
    {
        yield return $"-DCONFIG_DMADIFF_PAGE_SHIFT={configuration.PageShift}";
        foreach (KernelOptionName option in KernelOptionName.All)
        {
            if (configuration.Has(option.Option) == option.OnByDefault)
            {
                continue;
            }

            foreach (string name in option.Kconfig)
            {
                yield return option.OnByDefault
                    ? $"-DDMD_WITHOUT_{name}"
                    : $"-DCONFIG_{name}=1";
            }
        }
    }
}
