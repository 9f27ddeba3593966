// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>Reads the trace language.</summary>
public static class TraceParser
{
    private const string VersionWord = "dmadiff-trace";

    /// <summary>Reads a trace.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="TraceException">It is no trace; tells all that is wrong.</exception>
    public static Trace Parse(string text, string file = "trace")
    {
        var diagnostics = new DiagnosticList(file);
        var comments = new List<string>();
        var lines = new Queue<TokenLine>(LogicalLines.Read(text, diagnostics));
        while (lines.Count > 0 && lines.Peek().Tokens.Count == 0)
        {
            if (lines.Dequeue().Comment is { } comment)
            {
                comments.Add(comment);
            }
        }

        ReadVersion(lines, diagnostics);
        var trace = ReadBody(lines.Where(line => line.Tokens.Count > 0), diagnostics);
        diagnostics.ThrowIfAny();
        return trace with { Comments = ValueList.From(comments) };
    }

    /// <summary>Reads a trace from a file.</summary>
    /// <param name="path">The file; messages call it by this name.</param>
    /// <exception cref="TraceException">It is no trace, or it cannot be read.</exception>
    public static Trace ParseFile(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TraceException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private static void ReadVersion(Queue<TokenLine> lines, DiagnosticList diagnostics)
    {
        if (lines.Count == 0 || lines.Peek().Head.Text != VersionWord)
        {
            var (line, column) = lines.Count == 0
                ? (1, 1)
                : (lines.Peek().Number, lines.Peek().Head.Column);
            diagnostics.Add(
                line, column, $"a trace begins with \"{VersionWord} {Trace.Version}\"");
            return;
        }

        var version = lines.Dequeue();
        if (version.Tokens.Count != 2)
        {
            diagnostics.Add(
                version.Number,
                version.EndColumn,
                $"the line must read \"{VersionWord} {Trace.Version}\"");
        }
        else if (version.Tokens[1].Text != $"{Trace.Version}")
        {
            diagnostics.Add(
                version.Number,
                version.Tokens[1].Column,
                $"version {version.Tokens[1].Text} is not known here; this is version "
                + $"{Trace.Version}");
        }
    }

    private static Trace ReadBody(IEnumerable<TokenLine> lines, DiagnosticList diagnostics)
    {
        var declarations = new DeclarationParser(diagnostics);
        var operations = new List<Operation>();
        Trace? header = null;
        OperationRules? rules = null;
        foreach (var line in lines)
        {
            if (DeclarationParser.Words.Contains(line.Head.Text))
            {
                if (rules is not null)
                {
                    diagnostics.Add(
                        line.Number,
                        line.Head.Column,
                        $"{line.Head.Text} is declared after the first operation");
                    continue;
                }

                declarations.Read(line);
                continue;
            }

            header ??= declarations.Finish();
            rules ??= new OperationRules(header);
            if (OperationParser.Read(line, rules, diagnostics) is { } operation)
            {
                operations.Add(operation);
            }
        }

        header ??= declarations.Finish();
        return header with { Operations = ValueList.From(operations) };
    }
}
