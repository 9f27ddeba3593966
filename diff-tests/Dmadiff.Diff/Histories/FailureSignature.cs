// SPDX-License-Identifier: GPL-2.0-only
using System.Text.RegularExpressions;
using Dmadiff.Bindings;
using Dmadiff.Diff.Contract;
using Dmadiff.Diff.Judges;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Histories;

/// <summary>In what way a trace fails.</summary>
public enum FailureKind
{
    /// <summary>The machine dies.</summary>
    Crash,

    /// <summary>A rule of the DMA API's contract is broken.</summary>
    Contract,

    /// <summary>An expect line of the trace does not hold.</summary>
    Expect,

    /// <summary>A driver or device sees something else than on the kernel compared with.
    /// </summary>
    Behaviour,

    /// <summary>The kernel and its reference disagree.</summary>
    Port,
}

/// <summary>
/// What runs of a trace on different kernels have in common when they fail in the same way:
/// rule and function. Two of them are equal when their texts are.
/// </summary>
/// <param name="Kind">In what way.</param>
/// <param name="Text">What and where, in words that hold on every kernel: "C6 unmap",
/// "SIGSEGV swiotlb_bounce".</param>
public sealed partial record FailureSignature(FailureKind Kind, string Text)
{
    private const string CommentWord = "finding:";

    /// <summary>The kernel's function that is named; empty when none is.</summary>
    public string Function
    {
        get
        {
            var words = Text.Split(' ');
            return Kind switch
            {
                FailureKind.Crash => words[^1],
                FailureKind.Contract when words.Length > 2 => words[2],
                _ => string.Empty,
            };
        }
    }

    /// <summary>The line that a trace carries above its first.</summary>
    public string Comment => $"{CommentWord} {this}";

    /// <summary>How a machine died: what, without addresses, and the function.</summary>
    public static FailureSignature Of(CrashReport crash)
    {
        var what = crash.Kind switch
        {
            AbiCrashKind.Signal => crash.What.Split(' ')[0],
            AbiCrashKind.Hang => "hang",
            AbiCrashKind.MissingService => "missing-service",
            _ => crash.Kind.ToString().ToLowerInvariant(),
        };
        var function = crash.Where.StartsWith("outside ", StringComparison.Ordinal)
            ? "outside"
            : crash.Where.Split(' ')[0];
        return new(FailureKind.Crash, $"{what} {function}");
    }

    /// <summary>Which rule of the contract is broken by which operation, and of a complaint
    /// also who complains.</summary>
    public static FailureSignature Of(ContractFinding finding)
    {
        var rule = ContractRuleNames.Title(finding.Signature.Rule).Split(' ')[0];
        var operation = finding.Signature.Operation.Replace(' ', '-');
        var complainer = Complaint().Match(finding.Actual);
        var function = finding.Signature.Rule == ContractRuleId.NoComplaint && complainer.Success
            ? " " + complainer.Groups["function"].Value
            : string.Empty;
        return new(FailureKind.Contract, $"{rule} {operation}{function}");
    }

    /// <summary>Which expect line does not hold.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="failure">The line.</param>
    public static FailureSignature Of(Trace trace, ExpectationFailure failure)
    {
        var number = trace.Operations.Where(o => o.IsExpectation)
            .TakeWhile(o => !ReferenceEquals(o, failure.Operation)).Count() + 1;
        var line = TracePrinter.Print(failure.Operation)["expect ".Length..];
        return new(FailureKind.Expect, $"{number} {line}");
    }

    /// <summary>What differs first between two kernels, or a kernel and its reference.
    /// </summary>
    /// <param name="kind">Which of the two.</param>
    /// <param name="signature">The difference.</param>
    public static FailureSignature Of(FailureKind kind, DivergenceSignature signature) =>
        new(kind, signature.ToString());

    /// <summary>In words for those who do not know this tool: what the kernel does.</summary>
    public string Describe()
    {
        var words = Text.Split(' ');
        return Kind switch
        {
            FailureKind.Crash => $"crashes: {words[0]} in {words[^1]}()",
            FailureKind.Contract => "breaks the DMA API's contract: "
                + $"{ContractRuleNames.TitleOf(words[0])}, at {words[1]}",
            FailureKind.Expect => $"breaks what is expected: {string.Join(' ', words[1..])}",
            FailureKind.Port => $"differs from the reference: {Text}",
            _ => $"behaves differently: {Text}",
        };
    }

    /// <summary>Reads what <see cref="ToString"/> has written.</summary>
    /// <returns>Null when it is no such text.</returns>
    public static FailureSignature? Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 2
            && Enum.TryParse<FailureKind>(words[0], ignoreCase: true, out var kind)
            && words[0] == Word(kind)
                ? new FailureSignature(kind, string.Join(' ', words[1..]))
                : null;
    }

    /// <summary>The finding that a trace's comments name, or null.</summary>
    public static FailureSignature? In(Trace trace) => trace.Comments
        .Where(c => c.StartsWith(CommentWord, StringComparison.Ordinal))
        .Select(c => Parse(c[CommentWord.Length..]))
        .FirstOrDefault(s => s is not null);

    /// <summary>The same trace, naming this finding and no other.</summary>
    public Trace Label(Trace trace) => trace with
    {
        Comments = ValueList.From(trace.Comments
            .Where(c => !c.StartsWith(CommentWord, StringComparison.Ordinal))
            .Append(Comment)),
    };

    /// <summary>"contract C6 unmap", "crash SIGSEGV swiotlb_bounce".</summary>
    public override string ToString() => $"{Word(Kind)} {Text}";

    private static string Word(FailureKind kind) => kind.ToString().ToLowerInvariant();

    [GeneratedRegex(
        @"^""[A-Z] (?<function>[A-Za-z_]\w*): ", RegexOptions.ExplicitCapture,
        PatternLimit.Milliseconds)]
    private static partial Regex Complaint();
}
