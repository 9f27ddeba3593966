// SPDX-License-Identifier: GPL-2.0-only
using System.Text.Encodings.Web;
using System.Text.Json;
using Dmadiff.Diff.Findings;
using Dmadiff.KernelHarness;

namespace Dmadiff.Cli.Validation.Protocols;

/// <summary>
/// What b4 review runs for a series: it prints a JSON list of results. Which commits the series
/// is, b4 writes to the file that B4_TRACKING_FILE names.
/// </summary>
internal sealed class B4SeriesProtocol : ICheckProtocol
{
    private const string Tracking = "B4_TRACKING_FILE";

    private static readonly JsonSerializerOptions Style = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <inheritdoc/>
    public string Series => Environment.GetEnvironmentVariable(Tracking) is { Length: > 0 } file
        ? RangeIn(file)
        : throw new UserErrorException(
            $"no series is named, and {Tracking} is not set: b4 sets it once the series is "
            + "checked out");

    /// <inheritdoc/>
    public bool IsPart => false;

    /// <inheritdoc/>
    public int Tell(FindingsReport report, TextWriter output)
    {
        CheckGrade grade = CheckGrades.Of(report);
        Write(output, grade, report.Verdict, FindingsFormat.Text.Render(report));
        return grade == CheckGrade.Pass ? ExitCode.Clean : ExitCode.Findings;
    }

    /// <inheritdoc/>
    public int TellUntested(string why, TextWriter output)
    {
        Write(output, CheckGrade.Warn, $"not tested: {why}", string.Empty);
        return ExitCode.Clean;
    }

    /// <summary>The commits of the series on b4's branch, whose last one is b4's own.</summary>
    internal static string RangeIn(string file)
    {
        try
        {
            using JsonDocument tracking = JsonDocument.Parse(File.ReadAllBytes(file));
            JsonElement series = tracking.RootElement.GetProperty("series");
            string first = series.GetProperty("first-patch-commit").GetString()!;
            string change = series.GetProperty("change-id").GetString()!;
            return $"{first}~1..b4/review/{change}~1";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new UserErrorException($"{Tracking}: {file}: {e.Message}", e);
        }
    }

    private static void Write(TextWriter output, CheckGrade grade, string summary, string details)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["tool"] = "dmadiff",
            ["status"] = grade switch
            {
                CheckGrade.Pass => "pass",
                CheckGrade.Warn => "warn",
                _ => "fail",
            },
            ["summary"] = summary,
            ["url"] = string.Empty,
            ["details"] = details,
        };
        output.WriteLine(JsonSerializer.Serialize(new[] { result }, Style));
    }
}
