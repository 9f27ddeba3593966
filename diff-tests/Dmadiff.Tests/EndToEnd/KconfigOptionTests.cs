// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Tests.KernelHarness;
using Xunit;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>--kconfig, as a user writes it.</summary>
public sealed class KconfigOptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("CONFIG_IOMMU_IO_BUFFER", "fuzz")]
    [InlineData("iommu", "fuzz")]
    [InlineData("CONFIG_IOMMU_IO_BUFFER", "run", "bug.trace")]
    public void What_is_no_name_of_an_option_is_refused(string name, params string[] command) =>
        new Command { Folder = _folder.Root }.Run([.. command, "--kconfig", name])
            .ShouldBeRefused(
                $"dmadiff: --kconfig takes a name without CONFIG_, not {name}",
                "dmadiff: see dmadiff --help");
}
