// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.KernelHarness.Build;

namespace Dmadiff.KernelHarness.Coverage;

/// <summary>What gcc said about the branches that a build counts: one file, made of the notes
/// of all its units.</summary>
internal static class CoverageNotes
{
    /// <summary>Its name beside the library.</summary>
    public const string FileName = "coverage.notes";

    private const int FunctionsAtATime = 1024;

    /// <summary>Writes the notes of units that have any.</summary>
    /// <param name="objects">The units, in the cache.</param>
    /// <param name="output">Path of the file.</param>
    public static void Gather(IEnumerable<string> objects, string output)
    {
        byte[][] notes =
        [
            .. objects.Select(o => Path.ChangeExtension(o, ObjectCache.NotesSuffix))
                .Where(File.Exists)
                .Select(File.ReadAllBytes),
        ];
        if (notes.Length == 0)
        {
            return;
        }

        using var writer = new BinaryWriter(File.Create(output));
        foreach (byte[] unit in notes)
        {
            writer.Write(unit.Length);
            writer.Write(unit);
        }
    }

    /// <summary>What a loaded library counts.</summary>
    /// <param name="library">Its path.</param>
    /// <param name="read">Reads its list of functions: from which on, and at most how many.
    /// </param>
    /// <exception cref="UserErrorException">The notes are not of a compiler that is known, or
    /// not those of this library.</exception>
    public static CoverageMap MapOf(
        string library, Func<int, int, AbiCoveredFunction[]> read)
    {
        var counted = new List<AbiCoveredFunction>();
        AbiCoveredFunction[] some;
        do
        {
            some = read(counted.Count, FunctionsAtATime);
            counted.AddRange(some);
        }
        while (some.Length == FunctionsAtATime);

        if (counted.Count == 0)
        {
            return CoverageMap.Empty;
        }

        string path = Path.Combine(Path.GetDirectoryName(library)!, FileName);
        Dictionary<FunctionKey, CoveredFunction> known = Read(path);
        return new CoverageMap(
        [
            .. counted.Select(c => known.TryGetValue(
                new FunctionKey(c.Ident, c.LinenoChecksum, c.CfgChecksum),
                out CoveredFunction? function) && function.Counters == c.Counters
                    ? function
                    : throw new UserErrorException(
                        $"{path}: not the notes of {Path.GetFileName(library)}")),
        ]);
    }

    private static Dictionary<FunctionKey, CoveredFunction> Read(string path)
    {
        var known = new Dictionary<FunctionKey, CoveredFunction>();
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path));
            while (reader.BaseStream.Position < reader.BaseStream.Length)
            {
                byte[] unit = reader.ReadBytes(reader.ReadInt32());
                foreach ((FunctionKey key, CoveredFunction function) in
                    new GcovNotesReader(unit).Read())
                {
                    known.TryAdd(key, function);
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException
            or ArgumentException)
        {
            throw new UserErrorException($"{path}: {e.Message}", e);
        }

        return known;
    }
}
