// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using Shouldly;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>What a program did.</summary>
/// <param name="Exit">Its exit status.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
internal sealed record Outcome(int Exit, string Output, string Errors)
{
    /// <summary>Fails unless it complained in exactly these lines, and said nothing else.
    /// </summary>
    public void ShouldBeRefused(params string[] lines)
    {
        Errors.TrimEnd('\n').Split('\n').ShouldBe(lines);
        Output.ShouldBeEmpty();
        Exit.ShouldBe(2);
    }
}

/// <summary>Runs the dmadiff command, or another, as a user does.</summary>
internal sealed class Command
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>What dotnet runs as dmadiff.</summary>
    public static readonly string Library = AppContext.BaseDirectory.Replace(
        Path.Combine("diff-tests", "Dmadiff.Tests", "bin"), Path.Combine("cli", "bin"))
        + "dmadiff.dll";

    /// <summary>Where it runs.</summary>
    public required string Folder { get; init; }

    /// <summary>XDG_CACHE_HOME; null leaves it as it is.</summary>
    public string? CacheHome { get; init; }

    /// <summary>Runs dmadiff to its end.</summary>
    public Outcome Run(params string[] arguments) => RunWith(string.Empty, arguments);

    /// <summary>Runs dmadiff to its end with text on standard input.</summary>
    public Outcome RunWith(string input, params string[] arguments)
    {
        using Process process = Start(arguments);
        return Finish(process, input);
    }

    /// <summary>Starts dmadiff.</summary>
    public Process Start(params string[] arguments)
    {
        File.Exists(Library).ShouldBeTrue("the command is built with the tests");

        // Under a shell that runs tests in the background, SIGINT would be ignored.
        return Start("env", ["--default-signal=INT", "dotnet", Library, .. arguments]);
    }

    /// <summary>Runs a line of shell, in which dmadiff is a command.</summary>
    public Outcome Shell(string line)
    {
        using Process process = Start(
            "bash", ["-c", $"dmadiff() {{ dotnet '{Library}' \"$@\"; }}; {line}"]);
        return Finish(process, string.Empty);
    }

    /// <summary>Runs any program, and fails if it does.</summary>
    public string Tool(
        string program,
        IReadOnlyList<string> arguments,
        string input = "",
        params (string Name, string Value)[] environment)
    {
        using Process process = Start(program, arguments, environment);
        Outcome outcome = Finish(process, input);
        outcome.Exit.ShouldBe(0, outcome.Errors);
        return outcome.Output.Trim();
    }

    /// <summary>Waits for a program that was started.</summary>
    public static Outcome Finish(Process process, string input)
    {
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.FileName} does not end");
        }

        return new Outcome(
            process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }

    private Process Start(
        string program,
        IReadOnlyList<string> arguments,
        params (string Name, string Value)[] environment)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        foreach ((string name, string value) in environment)
        {
            info.Environment[name] = value;
        }

        // What whoever runs the tests calls the command by is not to show in reports.
        info.Environment.Remove("DMADIFF_COMMAND");
        if (CacheHome is not null)
        {
            info.Environment["XDG_CACHE_HOME"] = CacheHome;
        }

        return Process.Start(info)!;
    }
}
