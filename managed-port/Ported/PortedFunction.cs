// SPDX-License-Identifier: GPL-2.0-only
using System.Reflection;
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.ManagedPort.Ported;

/// <summary>A kernel function that the port follows.</summary>
/// <param name="File">Path in the kernel tree.</param>
/// <param name="Name">The C function's name.</param>
/// <param name="Releases">Kernel releases it is followed in, such as "6.1"; sorted.</param>
/// <param name="Methods">The methods that follow it, such as "Swiotlb.FindSlots"; sorted.
/// </param>
public sealed record PortedFunction(
    string File, string Name, IReadOnlyList<string> Releases, IReadOnlyList<string> Methods)
{
    /// <summary>All of them, as <see cref="PortsAttribute"/> says; by file and name.</summary>
    public static IReadOnlyList<PortedFunction> All { get; } = Read();

    private static PortedFunction[] Read()
    {
        const BindingFlags any = BindingFlags.Public | BindingFlags.NonPublic
            | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return
        [
            .. typeof(PortedFunction).Assembly.GetTypes()
                .SelectMany(type => type.GetMembers(any).OfType<MethodBase>())
                .SelectMany(method => method.GetCustomAttributes<PortsAttribute>()
                    .Select(ports => (Ports: ports, Method: NameOf(method))))
                .GroupBy(entry => (entry.Ports.File, entry.Ports.Function))
                .OrderBy(group => group.Key.File, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Function, StringComparer.Ordinal)
                .Select(group => new PortedFunction(
                    group.Key.File,
                    group.Key.Function,
                    [
                        .. group.SelectMany(entry => entry.Ports.Revisions).Distinct()
                            .OrderBy(release => Version.Parse(release)),
                    ],
                    [
                        .. group.Select(entry => entry.Method).Distinct()
                            .Order(StringComparer.Ordinal),
                    ])),
        ];
    }

    private static string NameOf(MethodBase method) =>
        $"{method.DeclaringType!.Name}.{(method.IsConstructor ? "new" : method.Name)}";
}
