// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using System.Text.RegularExpressions;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>The option that compiles in what a tree has of its own.</summary>
internal sealed partial class KconfigOption
{
    private readonly Option<string?> _name = new("--kconfig")
    {
        Description = "An option of the tree's own that dmadiff knows nothing of, to be "
            + "compiled in: IOMMU_IO_BUFFER.",
        HelpName = "NAME",
    };

    /// <summary>Adds it to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_name);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_name) is { } name && !ConfigName().IsMatch(name))
            {
                result.AddError($"{_name.Name} takes a name without CONFIG_, not {name}");
            }
        });
    }

    /// <summary>The option's name, without CONFIG_; null when there is none.</summary>
    public string? Name(ParseResult parsed) => parsed.GetValue(_name);

    /// <summary>The same as words of a command line.</summary>
    public static IEnumerable<string> AsWords(string? name) =>
        name is null ? [] : ["--kconfig " + name];

    [GeneratedRegex(@"^(?!CONFIG_)[A-Z0-9_]+\z", RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex ConfigName();
}
