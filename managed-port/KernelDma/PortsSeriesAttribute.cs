// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>Says which function of a posted series a method follows.</summary>
[AttributeUsage(
    AttributeTargets.Method | AttributeTargets.Constructor, AllowMultiple = true)]
public sealed class PortsSeriesAttribute : Attribute
{
    /// <summary>Marks a method.</summary>
    /// <param name="series">The series, by the name of its mailbox: "petr-v2".</param>
    /// <param name="file">Path in the kernel tree.</param>
    /// <param name="function">The C function's name, as the last patch leaves it.</param>
    public PortsSeriesAttribute(string series, string file, string function)
    {
        Series = series;
        File = file;
        Function = function;
    }

    /// <summary>The series.</summary>
    public string Series { get; }

    /// <summary>Path in the kernel tree.</summary>
    public string File { get; }

    /// <summary>The C function's name.</summary>
    public string Function { get; }
}
