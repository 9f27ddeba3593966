// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Diff.Generators;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Cli.Commands;

/// <summary>The option that says how kernels are configured.</summary>
internal sealed class ConfigurationOption
{
    private readonly Option<string[]> _settings;

    public ConfigurationOption(string description) => _settings = new Option<string[]>("--config")
    {
        Description = description,
        HelpName = "SETTINGS",
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Add(_settings);

    /// <summary>Each use of the option by itself.</summary>
    /// <exception cref="TraceException">A setting makes no sense.</exception>
    public IReadOnlyList<ConfigurationSettings> Each(ParseResult parsed) =>
        [.. (parsed.GetValue(_settings) ?? []).Select(ConfigurationSettings.Parse)];

    /// <summary>What to draw from: each use of the option, and more than one for "any".</summary>
    /// <exception cref="TraceException">A setting makes no sense.</exception>
    public IReadOnlyList<ConfigurationSettings> Choices(ParseResult parsed) =>
    [
        .. (parsed.GetValue(_settings) ?? []).SelectMany(s =>
            s == "any" ? ConfigurationGenerator.Any : [ConfigurationSettings.Parse(s)]),
    ];

    /// <summary>All uses of the option together.</summary>
    /// <exception cref="TraceException">A setting makes no sense.</exception>
    public ConfigurationSettings All(ParseResult parsed) =>
        parsed.GetValue(_settings) is { Length: > 0 } settings
            ? ConfigurationSettings.Parse(string.Join(',', settings))
            : ConfigurationSettings.None;

    /// <summary>The same as words of a command line, the option and its value in one.</summary>
    public IEnumerable<string> AsWords(ParseResult parsed) =>
        (parsed.GetValue(_settings) ?? []).Select(s => "--config " + ShellWord.Quote(s));
}
