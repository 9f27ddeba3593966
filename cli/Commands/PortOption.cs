// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.KernelHarness;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;

namespace Dmadiff.Cli.Commands;

/// <summary>The option that runs the reference without a kernel: what was proposed and has no
/// C to be run is held to the contract by itself, or against another profile.</summary>
internal sealed class PortOption
{
    private static readonly IReadOnlyDictionary<string, SwiotlbProfile> Profiles =
        SwiotlbProfile.All.ToDictionary(NameOf, StringComparer.Ordinal);

    private readonly Option<string[]> _port = new("--port")
    {
        Description = "Run the reference like a kernel, without --on alone: "
            + $"{string.Join(", ", Profiles.Keys)}. May be given several times.",
        HelpName = "PROFILE",
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_port);
        command.Validators.Add(result =>
        {
            foreach (string name in result.GetValue(_port) ?? [])
            {
                if (!Profiles.ContainsKey(name))
                {
                    result.AddError(
                        $"the reference has no profile {name}; it has "
                        + string.Join(", ", Profiles.Keys));
                }
            }
        });
    }

    /// <summary>A choice of kernels with those profiles that were asked for; in place of the
    /// kernels that are run by default.</summary>
    public KernelChoice Of(ParseResult parsed, KernelChoice choice, bool namesKernels)
    {
        string[] names = [.. (parsed.GetValue(_port) ?? []).Distinct(StringComparer.Ordinal)];
        return names.Length == 0
            ? choice
            : choice with
            {
                Ports = names,
                Revisions = namesKernels || choice.Tree is not null ? choice.Revisions : [],
            };
    }

    /// <summary>The same as words of a command line.</summary>
    public IEnumerable<string> AsWords(ParseResult parsed) =>
        (parsed.GetValue(_port) ?? []).Select(name => "--port " + name);

    /// <summary>A profile of that name, ready to boot.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public static PortEngine Engine(string name) => new(
        Profiles.GetValueOrDefault(name)
            ?? throw new UserErrorException($"the reference has no profile {name}"));

    // "6.1 with dynamic slots, mended" is typed as 6.1-dynamic-slots-mended.
    private static string NameOf(SwiotlbProfile profile) => profile.Proposal is null
        ? profile.Name
        : $"{profile.Name}-{profile.Proposal.Replace(",", string.Empty).Replace(' ', '-')}";
}
