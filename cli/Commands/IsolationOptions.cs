// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;

namespace Dmadiff.Cli.Commands;

/// <summary>The options that say how kernels are run.</summary>
internal sealed class IsolationOptions
{
    private readonly Option<bool> _isolate = new("--isolate")
    {
        Description = "Run each kernel in a process of its own, whose death is a finding.",
    };

    private readonly Option<bool> _sanitize = new("--sanitize")
    {
        Description =
            "Compile kernels with the address and undefined behaviour sanitizers; implies "
            + "--isolate.",
    };

    private readonly Option<bool> _sandbox = new("--sandbox")
    {
        Description =
            "Compile and run kernels without network and out of sight of your files; implies "
            + "--isolate. Needs bubblewrap.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_isolate);
        command.Add(_sanitize);
        command.Add(_sandbox);
    }

    /// <summary>What was asked for.</summary>
    public Isolation Of(ParseResult parsed) => new(
        parsed.GetValue(_isolate), parsed.GetValue(_sanitize), parsed.GetValue(_sandbox));

    /// <summary>The same as words of a command line.</summary>
    public IEnumerable<string> AsWords(ParseResult parsed) =>
        new[] { _isolate, _sanitize, _sandbox }.Where(o => parsed.GetValue(o)).Select(o => o.Name);
}
