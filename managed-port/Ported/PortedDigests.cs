// SPDX-License-Identifier: GPL-2.0-only
using System.Text;

namespace Dmadiff.ManagedPort.Ported;

/// <summary>
/// What the C of the functions that the port follows was when they were ported: a digest of
/// each, by release. Kept in ports.txt, which comes with the port.
/// </summary>
public sealed class PortedDigests
{
    private const string Resource = "Dmadiff.ManagedPort.ports.txt";
    private const string Release = "release";
    private readonly Dictionary<(string File, string Function, string Release), string> _digests =
        [];

    private readonly SortedDictionary<string, string> _versions = new(StringComparer.Ordinal);

    /// <summary>Those that come with the port.</summary>
    public static PortedDigests Own { get; } = ReadOwn();

    /// <summary>Releases, and the version of each that was read: 6.1 and 6.1.192.</summary>
    public IReadOnlyDictionary<string, string> Versions => _versions;

    /// <summary>The digest of a function in a release, or null.</summary>
    public string? Find(string file, string function, string release) =>
        _digests.GetValueOrDefault((file, function, release));

    /// <summary>Notes which version stands for a release.</summary>
    public void AddRelease(string release, string version) => _versions[release] = version;

    /// <summary>Notes the digest of a function.</summary>
    public void Add(string file, string function, string release, string digest) =>
        _digests[(file, function, release)] = digest;

    /// <summary>The text of ports.txt.</summary>
    public string Print()
    {
        var text = new StringBuilder("# SPDX-License-Identifier: GPL-2.0-only\n");
        text.Append("# Made by dmadiff drift --record: digests of the C that the port follows.\n");
        foreach ((string release, string version) in _versions)
        {
            text.Append($"{Release} {release} {version}\n");
        }

        foreach (var (key, digest) in _digests
            .OrderBy(d => d.Key.File, StringComparer.Ordinal)
            .ThenBy(d => d.Key.Function, StringComparer.Ordinal)
            .ThenBy(d => Version.Parse(d.Key.Release)))
        {
            text.Append($"{key.File} {key.Function} {key.Release} {digest}\n");
        }

        return text.ToString();
    }

    private static PortedDigests ReadOwn()
    {
        using Stream stream = typeof(PortedDigests).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the port was built without {Resource}");
        using var reader = new StreamReader(stream);
        var digests = new PortedDigests();
        while (reader.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            if (words[0] == Release)
            {
                digests.AddRelease(words[1], words[2]);
            }
            else if (words[0] != "#")
            {
                digests.Add(words[0], words[1], words[2], words[3]);
            }
        }

        return digests;
    }
}
