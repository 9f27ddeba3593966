// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Buffers;

/// <summary>What the model takes, in nanoseconds.</summary>
/// <param name="Operation">A call of the IOMMU's driver, or a flush.</param>
/// <param name="Page">A page in such a call.</param>
/// <param name="Byte">A byte that is copied.</param>
internal sealed record BufferCosts(double Operation, double Page, double Byte)
{
    /// <summary>A hypervisor's IOMMU: chosen so that what comes out is near to what was posted.
    /// </summary>
    public static BufferCosts Usual { get; } = new(5500, 3000, 0.1);

    /// <summary>The price of something, in nanoseconds.</summary>
    public double Of(BufferEffort effort) =>
        (effort.Operations * Operation) + (effort.Pages * Page) + (effort.Bytes * Byte);

    /// <summary>The same IOMMU at another price of its operations.</summary>
    public BufferCosts With(double operation) => this with
    {
        Operation = operation,
        Page = Operation == 0 ? Page : Page * operation / Operation,
    };
}
