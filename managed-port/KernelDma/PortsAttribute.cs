// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>
/// Says which kernel function a method follows, and in which revisions. <c>drift</c> reads it
/// to find functions that have changed since, and those that were never ported.
/// </summary>
[AttributeUsage(
    AttributeTargets.Method | AttributeTargets.Constructor, AllowMultiple = true)]
public sealed class PortsAttribute : Attribute
{
    /// <summary>Marks a method.</summary>
    /// <param name="file">Path in the kernel tree.</param>
    /// <param name="function">The C function's name.</param>
    /// <param name="revisions">Kernel releases it is faithful to, such as "6.1".</param>
    public PortsAttribute(string file, string function, params string[] revisions)
    {
        File = file;
        Function = function;
        Revisions = revisions;
    }

    /// <summary>Path in the kernel tree.</summary>
    public string File { get; }

    /// <summary>The C function's name.</summary>
    public string Function { get; }

    /// <summary>Kernel releases it is faithful to.</summary>
    public IReadOnlyList<string> Revisions { get; }
}
