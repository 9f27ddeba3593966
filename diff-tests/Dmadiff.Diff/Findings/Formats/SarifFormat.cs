// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using System.Text.Json.Nodes;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Findings.Formats;

/// <summary>SARIF 2.1.0, which code hosts show beside the source.</summary>
public static class SarifFormat
{
    private const string Schema =
        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

    /// <summary>Stands for the top folder of the kernel tree.</summary>
    private const string Tree = "SRCROOT";

    /// <summary>The whole document.</summary>
    public static string Render(FindingsReport report)
    {
        List<FindingRule> rules =
        [
            .. report.Findings.Select(f => f.Rule).Distinct()
                .OrderBy(r => r.Id, StringComparer.Ordinal),
        ];
        var run = new JsonObject
        {
            ["tool"] = new JsonObject
            {
                ["driver"] = new JsonObject
                {
                    ["name"] = "dmadiff",
                    ["version"] = report.ToolVersion,
                    ["rules"] = new JsonArray([.. rules.Select(Rule)]),
                },
            },
            ["automationDetails"] = new JsonObject { ["id"] = $"dmadiff/{report.Command}/" },
            ["invocations"] = new JsonArray(new JsonObject { ["executionSuccessful"] = true }),
            ["columnKind"] = "utf16CodeUnits",
            ["results"] = new JsonArray(
                [.. report.Findings.Select(f => Result(f, rules.IndexOf(f.Rule)))]),
        };
        var document = new JsonObject
        {
            ["$schema"] = Schema,
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(run),
        };
        return document.ToJsonString(JsonFormat.Options) + "\n";
    }

    private static JsonObject Rule(FindingRule rule) => new()
    {
        ["id"] = rule.Id,
        ["shortDescription"] = Message(rule.Summary),
        ["defaultConfiguration"] = new JsonObject { ["level"] = Level(rule.Severity) },
    };

    private static JsonObject Result(Finding finding, int rule) => new()
    {
        ["ruleId"] = finding.Rule.Id,
        ["ruleIndex"] = rule,
        ["level"] = Level(finding.Rule.Severity),
        ["message"] = Message(Body(finding)),
        ["locations"] = new JsonArray(Location(finding)),
        ["partialFingerprints"] = new JsonObject { ["dmadiff/v1"] = finding.Fingerprint },
        ["properties"] = Properties(finding),
    };

    // Readers want a place in a file: where no line of the kernel can be named it is the trace.
    private static JsonObject Location(Finding finding)
    {
        var place = finding.Place;
        var artifact = new JsonObject
        {
            ["uri"] = Uri(place.File.Length > 0 ? place.File : finding.TracePath),
        };
        if (place.File.Length > 0)
        {
            artifact["uriBaseId"] = Tree;
        }

        var location = new JsonObject
        {
            ["physicalLocation"] = new JsonObject
            {
                ["artifactLocation"] = artifact,
                ["region"] = new JsonObject { ["startLine"] = Math.Max(1, place.Line) },
            },
        };
        if (place.Function.Length > 0)
        {
            location["logicalLocations"] = new JsonArray(new JsonObject
            {
                ["name"] = place.Function,
                ["kind"] = "function",
            });
        }

        return location;
    }

    private static JsonObject Properties(Finding finding)
    {
        var properties = new JsonObject
        {
            ["revision"] = finding.Revision,
            ["count"] = finding.Count,
        };
        if (finding.Against.Length > 0)
        {
            properties["against"] = finding.Against;
        }

        if (finding.Trace is { } trace)
        {
            properties["trace"] = TracePrinter.Print(trace);
        }

        if (finding.Replay is { } replay)
        {
            properties["replay"] = replay.ToString();
        }

        return properties;
    }

    private static string Body(Finding finding)
    {
        var body = new StringBuilder(finding.What).Append("\n\n").Append(finding.Text);
        if (finding.Replay is { } replay)
        {
            body.Append("\nreplay: ").Append(replay).Append('\n');
        }

        return body.ToString();
    }

    private static JsonObject Message(string text) => new() { ["text"] = text };

    private static string Uri(string path) => string.Join(
        '/', path.Replace('\\', '/').Split('/').Select(System.Uri.EscapeDataString));

    private static string Level(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Error => "error",
        FindingSeverity.Warning => "warning",
        _ => "note",
    };
}
