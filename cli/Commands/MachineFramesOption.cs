// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;

namespace Dmadiff.Cli.Commands;

/// <summary>The option that holds kernels against the port without swiotlb-xen.</summary>
internal sealed class MachineFramesOption
{
    private readonly Option<bool> _option = new("--machine-frames")
    {
        Description =
            "Hold kernels against the port as it would be without swiotlb-xen, with machine "
            + "frames looked up in dma-direct.",
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Add(_option);

    /// <summary>Whether it was asked for.</summary>
    public bool Value(ParseResult parsed) => parsed.GetValue(_option);

    /// <summary>The same as words of a command line.</summary>
    public IEnumerable<string> AsWords(ParseResult parsed) =>
        Value(parsed) ? [_option.Name] : [];
}
