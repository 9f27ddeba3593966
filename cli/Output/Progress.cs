// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using Spectre.Console;

namespace Dmadiff.Cli.Output;

/// <summary>
/// One line on standard error that says what takes so long; only on a terminal, so that it
/// never gets into a file or a mail.
/// </summary>
internal sealed class Progress
{
    private const int Width = 75;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly IAnsiConsole? _console;
    private readonly Stopwatch _sinceShown = Stopwatch.StartNew();
    private bool _shown;

    /// <summary>Finds out whether anybody is watching.</summary>
    public Progress()
    {
        if (!Console.IsErrorRedirected)
        {
            _console = AnsiConsole.Create(new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(Console.Error),
            });
        }
    }

    /// <summary>Shows a line in place of the last one.</summary>
    public void Show(string text)
    {
        if (_console is null)
        {
            return;
        }

        string line = text.Length > Width ? text[..Width] : text;
        lock (_lock)
        {
            _console.Write(new Text("\r" + line.PadRight(Width), new Style(Color.Grey)));
            _shown = true;
            _sinceShown.Restart();
        }
    }

    /// <summary>Shows a line, unless the last one is too new to have been read.</summary>
    public void ShowOften(Func<string> text)
    {
        if (_console is not null && _sinceShown.Elapsed > Interval)
        {
            Show(text());
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        if (_shown)
        {
            _console!.Write("\r" + new string(' ', Width) + "\r");
            _shown = false;
        }
    }
}
