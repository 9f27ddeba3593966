// SPDX-License-Identifier: GPL-2.0-only
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Dmadiff.Diff.Findings;
using Dmadiff.Diff.Findings.Formats;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Findings;

/// <summary>Each format has what its readers require.</summary>
public class FormatTests
{
    private static readonly string[] Levels = ["none", "note", "warning", "error"];

    [Fact]
    public void Text_fits_in_a_mail_and_its_commands_can_be_copied()
    {
        string text = TextFormat.Render(SampleReport.Make());
        text.Split('\n').ShouldAllBe(line => line.Length <= 75);
        text.ShouldContain("  replay   dmadiff run --tree linux \\\n"
            + "    --on 0123456789012345678901234567890123456789 'out dir/a.trace'\n");
        text.ShouldContain("main is wrong:\n\nmain breaks the contract, C4 data:\n");
        text.ShouldEndWith("\n");
    }

    [Fact]
    public void Json_holds_all_of_a_finding()
    {
        JsonNode document = JsonNode.Parse(JsonFormat.Render(SampleReport.Make()))!;
        ((int)document["schema"]!).ShouldBe(1);
        ((string)document["kernels"]![0]!["commit"]!).ShouldBe(new string('a', 40));
        document["checks"]!.AsArray().Count.ShouldBe(3);
        ((bool)document["checks"]![0]!["ok"]!).ShouldBeTrue();
        JsonNode crash = document["checks"]![1]!["findings"]![0]!;
        ((string)crash["rule"]!).ShouldBe("crash");
        ((string)crash["severity"]!).ShouldBe("error");
        ((int)crash["line"]!).ShouldBe(870);
        ((string)crash["trace"]!).ShouldContain("time 5\n");
        ((string)crash["replay"]!).ShouldEndWith("--on 0123456789012345678901234567890123456789 "
            + "'out dir/a.trace'");
        document["checks"]![2]!["findings"]![0]!["line"].ShouldBeNull();
    }

    [Fact]
    public void A_fingerprint_is_of_the_defect_and_not_of_the_line_or_the_run()
    {
        Finding crash = SampleReport.Crash(870);
        crash.Fingerprint.ShouldMatch("^[0-9a-f]{16}$");
        (SampleReport.Crash(12) with { Count = 9, Origin = "seed 4", Revision = "v2" })
            .Fingerprint.ShouldBe(crash.Fingerprint);
        (crash with { Title = "BUG in swiotlb_map" }).Fingerprint.ShouldNotBe(crash.Fingerprint);
        (crash with { Rule = FindingRule.NewCrash }).Fingerprint.ShouldNotBe(crash.Fingerprint);
    }

    // What JUnit.xsd of the Ant JUnit task and Jenkins' own schema ask for, in this order.
    [Fact]
    public void Junit_has_all_that_its_schema_requires()
    {
        XElement suites = XDocument.Parse(JunitFormat.Render(SampleReport.Make())).Root!;
        suites.Name.LocalName.ShouldBe("testsuites");
        XElement suite = suites.Elements().ShouldHaveSingleItem();
        suite.Name.LocalName.ShouldBe("testsuite");
        foreach (string required in new[]
        {
            "name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "time",
        })
        {
            suite.Attribute(required).ShouldNotBeNull(required).Value.ShouldNotBeEmpty();
        }

        suite.Attribute("timestamp")!.Value.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$");
        suite.Elements().Select(e => e.Name.LocalName).ShouldBe(
            ["properties", "testcase", "testcase", "testcase", "testcase", "system-out", "system-err"]);
        suite.Element("properties")!.Elements().ShouldAllBe(
            p => p.Attribute("name") != null && p.Attribute("value") != null);
        List<XElement> cases = [.. suite.Elements("testcase")];
        cases.ShouldAllBe(c => c.Attribute("name") != null && c.Attribute("classname") != null
            && c.Attribute("time") != null && c.Elements().Count() <= 1);
        cases.SelectMany(c => c.Elements()).ShouldAllBe(
            e => e.Attribute("type") != null && e.Attribute("message") != null);
        ((int)suite.Attribute("tests")!).ShouldBe(cases.Count);
        ((int)suite.Attribute("errors")!).ShouldBe(cases.Count(c => c.Element("error") != null));
        ((int)suite.Attribute("failures")!).ShouldBe(
            cases.Count(c => c.Element("failure") != null));
    }

    // What sarif-schema-2.1.0.json lists as required, of the objects that are used.
    [Fact]
    public void Sarif_has_all_that_its_schema_requires()
    {
        JsonNode document = JsonNode.Parse(SarifFormat.Render(SampleReport.Make()))!;
        ((string)document["version"]!).ShouldBe("2.1.0");
        ((string)document["$schema"]!).ShouldEndWith("sarif-schema-2.1.0.json");
        JsonNode run = document["runs"]!.AsArray().ShouldHaveSingleItem()!;
        JsonNode driver = run["tool"]!["driver"]!;
        ((string)driver["name"]!).ShouldBe("dmadiff");
        JsonArray rules = driver["rules"]!.AsArray();
        rules.ShouldAllBe(r => (string?)r!["id"] != null
            && (string?)r["shortDescription"]!["text"] != null);
        run["invocations"]!.AsArray().ShouldAllBe(i => i!["executionSuccessful"] != null);
        JsonArray results = run["results"]!.AsArray();
        results.Count.ShouldBe(3);
        foreach (JsonNode? result in results)
        {
            ((string)result!["message"]!["text"]!).ShouldNotBeEmpty();
            Levels.ShouldContain((string)result["level"]!);
            ((string)rules[(int)result["ruleIndex"]!]!["id"]!)
                .ShouldBe((string)result["ruleId"]!);
            JsonNode place = result["locations"]![0]!["physicalLocation"]!;
            string uri = (string)place["artifactLocation"]!["uri"]!;
            Uri.IsWellFormedUriString(uri, UriKind.Relative).ShouldBeTrue(uri);
            ((int)place["region"]!["startLine"]!).ShouldBeGreaterThan(0);
            result["partialFingerprints"]!.AsObject().ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void Every_format_says_the_same_for_the_same_report()
    {
        foreach (FindingsFormat format in FindingsFormat.All)
        {
            string first = format.Render(SampleReport.Make());
            format.Render(SampleReport.Make()).ShouldBe(first, format.Name);
            first.ShouldEndWith("\n");
            first.ShouldNotContain("\r");
        }
    }
}
