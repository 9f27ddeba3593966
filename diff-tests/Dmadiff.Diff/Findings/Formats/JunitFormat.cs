// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using System.Xml;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Findings.Formats;

/// <summary>
/// JUnit's XML, as CI systems read it: a test suite with a test case for each check that holds
/// and for each finding. Strict readers ask for a time, a date and a host; they get constants,
/// since the same run is to give the same document.
/// </summary>
public static class JunitFormat
{
    /// <summary>The whole document.</summary>
    public static string Render(FindingsReport report)
    {
        var text = new StringBuilder();
        var settings = new XmlWriterSettings
        {
            Indent = true,
            NewLineChars = "\n",
            OmitXmlDeclaration = true,
        };
        text.Append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        using (var xml = XmlWriter.Create(text, settings))
        {
            xml.WriteStartElement("testsuites");
            Suite(xml, report);
            xml.WriteEndElement();
        }

        return text.Append('\n').ToString();
    }

    private static void Suite(XmlWriter xml, FindingsReport report)
    {
        var failures = report.Findings.Count(f => !IsError(f));
        var errors = report.Findings.Count(IsError);
        var passed = report.Checks.Count(check => check.Findings.Count == 0);
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", $"dmadiff {report.Command}");
        xml.WriteAttributeString("package", "dmadiff");
        xml.WriteAttributeString("id", "0");
        xml.WriteAttributeString("timestamp", "1970-01-01T00:00:00");
        xml.WriteAttributeString("hostname", "localhost");
        xml.WriteAttributeString("tests", $"{failures + errors + passed}");
        xml.WriteAttributeString("failures", $"{failures}");
        xml.WriteAttributeString("errors", $"{errors}");
        xml.WriteAttributeString("time", "0");
        Properties(xml, report);
        foreach (var check in report.Checks)
        {
            Cases(xml, check);
        }

        xml.WriteElementString("system-out", Clean(
            string.Join('\n', report.Notices.Append(report.Summary))));
        xml.WriteElementString("system-err", string.Empty);
        xml.WriteEndElement();
    }

    private static void Properties(XmlWriter xml, FindingsReport report)
    {
        xml.WriteStartElement("properties");
        foreach (var kernel in report.Kernels)
        {
            xml.WriteStartElement("property");
            xml.WriteAttributeString("name", $"kernel {kernel.Name}");
            xml.WriteAttributeString("value", $"{kernel.Version} {kernel.Commit}".Trim());
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Cases(XmlWriter xml, Check check)
    {
        if (check.Findings.Count == 0)
        {
            StartCase(xml, check, "holds");
            xml.WriteEndElement();
        }

        foreach (var finding in check.Findings)
        {
            StartCase(xml, check, finding.Title);
            xml.WriteStartElement(IsError(finding) ? "error" : "failure");
            xml.WriteAttributeString("message", Clean(finding.What));
            xml.WriteAttributeString("type", finding.Rule.Id);
            xml.WriteString(Clean(Body(finding)));
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
    }

    private static void StartCase(XmlWriter xml, Check check, string name)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("name", Clean(name));
        xml.WriteAttributeString("classname", Clean(check.Name));
        xml.WriteAttributeString("time", "0");
    }

    private static string Body(Finding finding)
    {
        var body = new StringBuilder("\n").Append(finding.Text);
        if (finding.Trace is { } trace)
        {
            body.Append('\n').Append(TracePrinter.Print(trace));
        }

        if (finding.Replay is { } replay)
        {
            body.Append("\nreplay: ").Append(replay).Append('\n');
        }

        return body.ToString();
    }

    // Crashes are what JUnit calls an error: nobody asked for them by an assertion.
    private static bool IsError(Finding finding) => finding.Rule == FindingRule.Crash;

    // A log line may hold what XML cannot.
    private static string Clean(string text) =>
        string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) ? c : '?'));
}
