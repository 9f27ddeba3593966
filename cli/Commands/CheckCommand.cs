// SPDX-License-Identifier: GPL-2.0-only
using System.CommandLine;
using Dmadiff.Bindings;
using Dmadiff.Cli.Histories;
using Dmadiff.Cli.Output;
using Dmadiff.Diff.Histories;
using Dmadiff.Diff.Traces;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Commands;

/// <summary>dmadiff check: one revision, with the exit status that git bisect run wants.
/// </summary>
internal static class CheckCommand
{
    /// <summary>git takes this and all above for a reason to stop.</summary>
    public const int Broken = 128;

    /// <summary>The command's name.</summary>
    public const string Name = "check";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var revision = new Argument<string>("REV") { Description = "The revision." };
        var trace = new Argument<string>("TRACE") { Description = "A file with a trace." };
        var tree = new Option<string>("--tree")
        {
            Description = "A git repository with a kernel. It is only read. Default: this one.",
            HelpName = "PATH",
            DefaultValueFactory = _ => ".",
        };
        var finding = new Option<string?>("--finding")
        {
            Description = "The failure that is bad, such as \"contract C6 unmap\"; any other "
                + "cannot be tested. Default: the one that the trace names, or else any.",
            HelpName = "TEXT",
        };
        var old = new Option<string?>("--old")
        {
            Description = "Any behaviour is bad that differs from that of this revision.",
            HelpName = "REV",
        };
        var command = new Command(
            Name,
            "Run a trace on one revision: exit status 0 good, 1 bad, 125 cannot be tested, 128 "
            + "and above for anything else, as git bisect run wants it.")
        {
            revision, trace, tree, finding, old,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(finding) is { } text && FailureSignature.Parse(text) is null)
            {
                result.AddError($"--finding \"{text}\" is none; they look like "
                    + "\"contract C6 unmap\" or \"crash SIGSEGV swiotlb_bounce\"");
            }

            if (result.GetValue(finding) is not null && result.GetValue(old) is not null)
            {
                result.AddError("--finding and --old exclude each other");
            }
        });
        command.SetAction((parsed, cancel) => Task.FromResult(Guarded(() => Run(
            parsed.GetValue(revision)!,
            TraceInQuestion.Read([parsed.GetValue(trace)!])[0],
            parsed.GetValue(tree)!,
            parsed.GetValue(finding) is { } text ? FailureSignature.Parse(text) : null,
            parsed.GetValue(old),
            cancel))));
        return command;
    }

    private static int Run(
        string revision,
        TraceInQuestion trace,
        string tree,
        FailureSignature? finding,
        string? old,
        CancellationToken cancel)
    {
        TraceInQuestion asked = finding is null ? trace : trace with { Asked = finding };
        if (asked.Asked?.Kind == FailureKind.Behaviour && old is null)
        {
            throw new UserErrorException(
                $"{trace.Origin}: {asked.Asked} is a difference from another kernel; say which "
                + "with --old REV");
        }

        using var session = new HistorySession(
            tree, [asked], false, CacheDirectory.ForUser(), new Progress());
        string commit = session.Resolve(revision);
        Outcome? before = null;
        if (old is not null)
        {
            Evaluation oldEnd = session.Evaluate(session.Resolve(old), 0, cancel);
            before = oldEnd.Outcome
                ?? throw new UserErrorException($"{old} cannot be tested: {oldEnd.Problem}");
        }

        Evaluation evaluation = session.Evaluate(commit, 0, cancel);
        Answer answer = evaluation.Outcome is { } outcome
            ? Judge(asked, before, outcome)
            : new Answer(Verdict.Untestable, evaluation.Problem!);
        session.ClearProgress();
        string verdict = answer.Verdict switch
        {
            Verdict.Good => "good",
            Verdict.Bad => "bad",
            _ => "cannot be tested",
        };
        Console.Out.WriteLine($"{revision}: {verdict}: {answer.Why}");
        return answer.Verdict switch
        {
            Verdict.Good => ExitCode.Clean,
            Verdict.Bad => ExitCode.Findings,
            _ => ExitCode.Untestable,
        };
    }

    private static Answer Judge(TraceInQuestion trace, Outcome? before, Outcome outcome)
    {
        if (before is not null)
        {
            return Question.AnyChange(before, outcome).Judge(outcome);
        }

        if (trace.Asked is { } wanted)
        {
            return Question.About(wanted, null).Judge(outcome);
        }

        return new Answer(
            outcome.Failures.Count == 0 ? Verdict.Good : Verdict.Bad, outcome.ToString());
    }

    // What git would take for "bad" must be bad and nothing else.
    private static int Guarded(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (OperationCanceledException)
        {
            throw;
        }
        catch (Exception e) when (e is UserErrorException or TraceException or MachineException)
        {
            Console.Error.WriteLine("dmadiff: " + e.Message.Replace("\n", "\ndmadiff: "));
            return Broken;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine("dmadiff: internal error: " + e);
            return Broken + 1;
        }
    }
}
