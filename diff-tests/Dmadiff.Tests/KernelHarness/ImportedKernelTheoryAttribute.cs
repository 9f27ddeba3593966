// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Sources;
using Xunit;

namespace Dmadiff.Tests.KernelHarness;

/// <summary>A theory that needs a kernel that was imported before, and is skipped without.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ImportedKernelTheoryAttribute : TheoryAttribute
{
    public ImportedKernelTheoryAttribute(string name)
    {
        var importer = new KernelImporter(CacheDirectory.ForUser());
        if (importer.Find(KernelPackage.FromName(name)!, null, CancellationToken.None) is null)
        {
            Skip = $"{name} is not in the cache; dmadiff kernels --check {name} fetches it";
        }
    }
}
