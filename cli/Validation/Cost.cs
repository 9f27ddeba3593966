// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Cli.Validation;

/// <summary>What an operation costs, in pieces of straight code.</summary>
/// <param name="Workload">Of what.</param>
/// <param name="Base">On the base.</param>
/// <param name="Patched">With the patch.</param>
internal sealed record Cost(string Workload, double Base, double Patched)
{
    /// <summary>0.1 for a tenth more.</summary>
    public double Change => (Patched - Base) / Base;

    /// <summary>"+10%".</summary>
    public string Percent => $"{Change * 100:+0;-0}%";

    /// <inheritdoc/>
    public override string ToString() => $"{Workload} {Base:0.#} to {Patched:0.#} ({Percent})";
}
