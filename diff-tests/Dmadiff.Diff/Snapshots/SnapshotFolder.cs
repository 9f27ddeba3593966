// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Snapshots;

/// <summary>What comparing one snapshot came to.</summary>
public enum SnapshotState
{
    /// <summary>It is as it was stored.</summary>
    Same,

    /// <summary>It differs from what was stored.</summary>
    Changed,

    /// <summary>None was stored.</summary>
    Missing,

    /// <summary>One is stored, but there is no such trace.</summary>
    Stale,
}

/// <summary>A snapshot, held against what is stored.</summary>
/// <param name="Name">The trace's name, without an extension.</param>
/// <param name="State">What came of it.</param>
/// <param name="Stored">The stored text, or empty.</param>
/// <param name="Current">The text of now, or empty.</param>
public sealed record SnapshotResult(
    string Name, SnapshotState State, string Stored, string Current);

/// <summary>
/// A folder of stored snapshots, in Verify's convention: NAME.verified.txt is what was accepted,
/// NAME.received.txt is what came instead.
/// </summary>
/// <param name="path">The folder; made when something is written.</param>
public sealed class SnapshotFolder(string path)
{
    private const string Verified = ".verified.txt";
    private const string Received = ".received.txt";

    /// <summary>The file with a stored snapshot.</summary>
    public string VerifiedFile(string name) => Path.Combine(path, name + Verified);

    /// <summary>The file with what came instead.</summary>
    public string ReceivedFile(string name) => Path.Combine(path, name + Received);

    /// <summary>Compares snapshots with what is stored; changes nothing.</summary>
    /// <param name="current">All snapshots of now, by name; names are unique.</param>
    /// <returns>One result for each of them and for each stored one without a trace, by name.
    /// </returns>
    public IReadOnlyList<SnapshotResult> Compare(IEnumerable<(string Name, string Text)> current)
    {
        var results = current.Select(c => Compare(c.Name, c.Text)).ToList();
        var names = results.Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
        results.AddRange(Names(Verified).Where(name => !names.Contains(name)).Select(
            name => new SnapshotResult(
                name, SnapshotState.Stale, File.ReadAllText(VerifiedFile(name)), string.Empty)));
        return [.. results.OrderBy(r => r.Name, StringComparer.Ordinal)];
    }

    /// <summary>Leaves what came instead beside what is stored, and takes away what an earlier
    /// run left there.</summary>
    public void WriteReceived(IReadOnlyList<SnapshotResult> results)
    {
        RemoveReceived();
        foreach (var result in results.Where(
            r => r.State is SnapshotState.Changed or SnapshotState.Missing))
        {
            Write(ReceivedFile(result.Name), result.Current);
        }
    }

    /// <summary>Stores what is now, and takes away what is stale.</summary>
    public void Accept(IReadOnlyList<SnapshotResult> results)
    {
        RemoveReceived();
        foreach (var result in results)
        {
            if (result.State == SnapshotState.Stale)
            {
                File.Delete(VerifiedFile(result.Name));
            }
            else if (result.State != SnapshotState.Same)
            {
                Write(VerifiedFile(result.Name), result.Current);
            }
        }
    }

    private SnapshotResult Compare(string name, string text)
    {
        if (!File.Exists(VerifiedFile(name)))
        {
            return new SnapshotResult(name, SnapshotState.Missing, string.Empty, text);
        }

        var stored = File.ReadAllText(VerifiedFile(name));
        var state = stored == text ? SnapshotState.Same : SnapshotState.Changed;
        return new SnapshotResult(name, state, stored, text);
    }

    private void RemoveReceived()
    {
        foreach (var name in Names(Received))
        {
            File.Delete(ReceivedFile(name));
        }
    }

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(path);
        File.WriteAllText(file, text);
    }

    private string[] Names(string extension) => Directory.Exists(path)
        ? [
            .. Directory.GetFiles(path, "*" + extension)
                .Select(file => Path.GetFileName(file)[..^extension.Length])
                .Order(StringComparer.Ordinal),
        ]
        : [];
}
