// SPDX-License-Identifier: GPL-2.0-only
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Findings.Formats;

/// <summary>One JSON object that holds everything.</summary>
public static class JsonFormat
{
    /// <summary>Version of the layout, raised when a field changes its meaning or goes.</summary>
    public const int SchemaVersion = 1;

    /// <summary>How all documents of the tool are written: indented, and with the characters
    /// that mean something in HTML left alone.</summary>
    internal static JsonSerializerOptions Options { get; } = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The whole document.</summary>
    public static string Render(FindingsReport report)
    {
        var document = new JsonObject
        {
            ["tool"] = "dmadiff",
            ["version"] = report.ToolVersion,
            ["schema"] = SchemaVersion,
            ["command"] = report.Command,
            ["kernels"] = new JsonArray([.. report.Kernels.Select(Kernel)]),
            ["sequences"] = report.Sequences,
            ["operations"] = report.Operations,
            ["notices"] = new JsonArray([.. report.Notices.Select(n => (JsonNode)n)]),
            ["checks"] = new JsonArray([.. report.Checks.Select(OneCheck)]),
            ["summary"] = report.Summary,
        };
        if (report.Table is { } table)
        {
            document["verdict"] = report.Verdict;
            document["table"] = new JsonArray([.. table.Rows.Select(row => Row(table, row))]);
        }

        return document.ToJsonString(Options) + "\n";
    }

    private static JsonObject Row(ReportTable table, IReadOnlyList<string> cells) =>
        new(table.Headings.Zip(cells, (heading, cell) => KeyValuePair.Create(
            heading, (JsonNode?)cell)));

    private static JsonObject Kernel(KernelIdentity kernel) => new()
    {
        ["name"] = kernel.Name,
        ["commit"] = Optional(kernel.Commit),
        ["version"] = Optional(kernel.Version),
    };

    private static JsonObject OneCheck(Check check) => new()
    {
        ["name"] = check.Name,
        ["ok"] = check.Findings.Count == 0,
        ["findings"] = new JsonArray([.. check.Findings.Select(OneFinding)]),
    };

    private static JsonObject OneFinding(Finding finding) => new()
    {
        ["rule"] = finding.Rule.Id,
        ["severity"] = finding.Rule.Severity.ToString().ToLowerInvariant(),
        ["fingerprint"] = finding.Fingerprint,
        ["title"] = finding.Title,
        ["what"] = finding.What,
        ["revision"] = finding.Revision,
        ["against"] = Optional(finding.Against),
        ["function"] = Optional(finding.Place.Function),
        ["file"] = Optional(finding.Place.File),
        ["line"] = finding.Place.Line > 0 ? finding.Place.Line : null,
        ["commits"] = new JsonArray([.. finding.Commits.Select(c => (JsonNode)c)]),
        ["origin"] = Optional(finding.Origin),
        ["count"] = finding.Count,
        ["trace"] = finding.Trace is { } trace ? TracePrinter.Print(trace) : null,
        ["trace_file"] = Optional(finding.TracePath),
        ["replay"] = finding.Replay?.ToString(),
        ["text"] = finding.Text,
    };

    private static JsonNode? Optional(string text) => text.Length > 0 ? text : null;
}
