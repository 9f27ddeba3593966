// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.KernelHarness.Series;
using Dmadiff.KernelHarness.Sources;
using Dmadiff.Tests.KernelHarness;

namespace Dmadiff.Tests.Series;

/// <summary>A tree of a few small files that passes for a kernel, with a topic branch of three
/// patches on top, and whatever is made of these.</summary>
internal sealed class ToySeries : IDisposable
{
    /// <summary>The file that the patches change.</summary>
    public const string Pool = "kernel/dma/pool.c";

    private readonly KernelSources _sources;

    public ToySeries()
    {
        Folder.Write("linux/Makefile", "VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 0\n");
        Folder.Write("linux/include/linux/kernel.h", "/* a kernel */\n");
        Folder.Write("linux/" + Pool, Text);
        Folder.Write("linux/README", "one\ntwo\nthree\n");
        Folder.Commit("linux", "a kernel");
        Base = Folder.Git("linux", "rev-parse", "HEAD");
        Folder.Git("linux", "tag", "v6.1");
        Folder.Git("linux", "checkout", "--quiet", "-b", "topic");
        Change(Pool, "free = 0", "free = 1", "pool: start with one\n\nWhy not.\n\n"
            + "Fixes: 0123456789ab (\"pool: start\")\nSigned-off-by: A <a@localhost>");
        Change(Pool, "give(1)", "give(2)", "pool: give two\n\nNo functional change intended.");
        Change("README", "two", "2", "README: figures");
        _sources = new KernelSources(Folder.Cache, TextWriter.Null);
    }

    /// <summary>Everything is in it: the tree is "linux".</summary>
    public TemporaryFolder Folder { get; } = new();

    /// <summary>The commit that the topic is based on, tagged v6.1.</summary>
    public string Base { get; }

    /// <summary>The user's tree.</summary>
    public string Tree => Folder["linux"];

    /// <summary>What pool.c is at first: functions of ten lines, each with its own words.
    /// </summary>
    private static string Text { get; } = "#include <linux/kernel.h>\n\nstatic int free = 0;\n"
        + string.Concat(((string[])["take", "give", "look", "count"]).Select(name =>
            $"\nstatic int {name}_one(int n)\n{{\n\tint {name}_at;\n\n\t{name}_at = n;\n"
            + $"\tif ({name}_at > 4)\n\t\treturn {name}(1);\n\treturn {name}_at;\n}}\n"));

    /// <summary>Replaces a word in a file of the tree, and commits it.</summary>
    public void Change(string file, string word, string by, string message)
    {
        Folder.Write("linux/" + file, Read("linux/" + file).Replace(word, by));
        Folder.Commit("linux", message);
    }

    /// <summary>The topic as git writes it for mails.</summary>
    public string Mails(params string[] options) => Folder.Git(
        "linux",
        ["format-patch", "--stdout", "--no-signature", .. options, "v6.1..topic"]) + "\n";

    /// <summary>Puts a series down and loads it on the base, with the tree at hand.</summary>
    public PatchSeries LoadText(string mbox, string? on = "v6.1") =>
        Load(Folder.Write("series.mbox", mbox), on);

    /// <summary>Loads a series with the tree at hand.</summary>
    public PatchSeries Load(string series, string? on = "v6.1", Stream? input = null) =>
        LoadFrom("linux", series, on, input);

    /// <summary>The same with another tree.</summary>
    public PatchSeries LoadFrom(
        string? tree, string series, string? on = null, Stream? input = null) =>
        new SeriesLoader(_sources, Folder.Cache).Load(
            new SeriesRequest(
                series, tree is null ? null : Folder[tree], on, input ?? Stream.Null),
            CancellationToken.None);

    /// <summary>Loads one mail of a series alone.</summary>
    public PatchSeries LoadPart(string mail) =>
        new SeriesLoader(_sources, Folder.Cache).Load(
            new SeriesRequest(
                Folder.Write("one.mbox", mail), Tree, null, Stream.Null, IsPart: true),
            CancellationToken.None);

    /// <summary>A file as it is after a patch.</summary>
    public string After(PatchSeries series, int patch, string file) => Folder.Git(
        "linux", "--git-dir=" + series.Repository, "show",
        $"{series.Patches[patch - 1].CommitId}:{file}");

    public string Read(string file) => File.ReadAllText(Folder[file]);

    public void Dispose()
    {
        _sources.Dispose();
        Folder.Dispose();
    }
}
