// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;

namespace Dmadiff.Cli.Commands;

/// <summary>The option that puts a posted series on the kernels of a command. A series is a
/// stranger's code: it is compiled and run in the sandbox unless the user says otherwise.
/// </summary>
internal sealed class SeriesOption
{
    private readonly Option<string?> _series = new("--series")
    {
        Description =
            "Take each kernel with a series of patches applied (an mbox, a patch, a folder), "
            + "in the sandbox; without --on, the kernel that the series is for.",
        HelpName = "SERIES",
    };

    private readonly Option<bool> _open = new("--no-sandbox")
    {
        Description = "Compile and run the series' code with your own rights.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_series);
        command.Add(_open);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_open) && result.GetValue(_series) is null)
            {
                result.AddError("--no-sandbox is of use with --series only");
            }
        });
    }

    /// <summary>The kernels that were asked for, with the series.</summary>
    public KernelChoice Of(ParseResult parsed, KernelOptions kernels)
    {
        string? series = parsed.GetValue(_series);
        KernelChoice choice = kernels.Choice(parsed) with { Series = series };
        return series is not null && !kernels.NamesSome(parsed)
            ? choice with { Revisions = [] }
            : choice;
    }

    /// <summary>How they are run.</summary>
    public Isolation Of(ParseResult parsed, Isolation isolation) =>
        parsed.GetValue(_series) is not null && !parsed.GetValue(_open)
            ? isolation with { Sandboxed = true }
            : isolation;

    /// <summary>The same as words of a command line.</summary>
    public IEnumerable<string> AsWords(ParseResult parsed)
    {
        if (parsed.GetValue(_series) is { } series)
        {
            yield return "--series " + ShellWord.Quote(series);
        }

        if (parsed.GetValue(_open))
        {
            yield return _open.Name;
        }
    }
}
