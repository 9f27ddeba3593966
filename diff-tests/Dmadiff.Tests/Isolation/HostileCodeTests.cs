// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.Diff.Running;
using Dmadiff.KernelHarness;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;
using Dmadiff.KernelHarness.Native;
using Dmadiff.KernelHarness.Running;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Isolation;

/// <summary>What a stranger's patch could try: in the sandbox it does no harm, and is told in
/// one line.</summary>
[Collection(nameof(IsolationCollection))]
public sealed class HostileCodeTests(IsolatedKernels kernels) : IDisposable
{
    /// <summary>Little, so that a test does not take long.</summary>
    private static readonly SandboxLimits Tight = new(1024, 4, 64, 1);

    private readonly TemporaryFolder _folder = new();
    private readonly Sandbox _sandbox = Sandbox.Require(CancellationToken.None, limits: Tight);

    public void Dispose() => _folder.Dispose();

    [SandboxFact]
    public void A_header_that_includes_itself()
    {
        const string again = "#include <linux/swiotlb_again.h>\n";
        string why = Fails(With(
            SourceEdit.Swiotlb,
            t => again + t,
            ("include/linux/swiotlb_again.h", again + again)));
        why.ShouldEndWith(
            "include/linux/swiotlb_again.h:1: #include nested depth 200 exceeds maximum of 200 "
            + "(use -fmax-include-depth=DEPTH to increase the maximum)");
    }

    [SandboxFact]
    public void A_macro_that_takes_all_memory_or_time()
    {
        string laughs = "\n#define L0 1 +\n" + string.Concat(Enumerable.Range(1, 40).Select(i =>
            $"#define L{i} L{i - 1} L{i - 1} L{i - 1} L{i - 1}\n"));
        Fails(With(SourceEdit.Swiotlb, t => t + laughs + "long laughs = L40 0;\n"))
            .ShouldMatch(@"kernel/dma/swiotlb\.c: its compiler takes more than (1024 MiB of "
                + @"memory|4 s)$");
        Fails(With(
                SourceEdit.Swiotlb,
                t => t + "\nasm(\".rept 1000000000\\n.rept 1000\\nnop\\n.endr\\n.endr\");\n"))
            .ShouldMatch(@": its compiler takes more than (1024 MiB of memory|4 s|64 MiB in a "
                + "file)$");
    }

    [SandboxFact]
    public void Messages_without_end()
    {
        string flood = string.Concat(Enumerable.Repeat("#pragma message \"more\"\n", 40_000));
        Fails(With(SourceEdit.Swiotlb, t => t + flood + "#error at last\n"))
            .ShouldEndWith("kernel/dma/swiotlb.c: its compiler takes more than 1 MiB of messages");
    }

    [SandboxFact]
    public void A_file_of_the_user_or_of_the_system()
    {
        string secret = _folder.Write("secret", "password\n");
        foreach (string file in (string[])[secret, "/etc/passwd", "/proc/self/environ"])
        {
            string include = Fails(With(SourceEdit.Swiotlb, t => t + $"\n#include \"{file}\"\n"));
            include.ShouldContain(file);
            include.ShouldNotContain("password");
            include.ShouldNotContain('\n');
        }

        Fails(With(SourceEdit.Swiotlb, t => t + "\n#include \"/dev/zero\"\n"))
            .ShouldContain("swiotlb.c: its compiler takes more than ");
        Fails(With(SourceEdit.Swiotlb, t => t + $"\nasm(\".incbin \\\"{secret}\\\"\");\n"))
            .ShouldMatch(@"kernel/dma/swiotlb\.c:\d+: has the assembler include .*/secret, which "
                + "is not of this tree$");
    }

    [SandboxFact]
    public void A_message_that_a_terminal_would_obey()
    {
        string why = Fails(With(SourceEdit.Swiotlb, t => t + "\n#error \u001b[2J\u202egone\n"));
        why.ShouldContain("#error ?[2J");
        why.Any(c => char.IsControl(c) || c == '\u202e').ShouldBeFalse();
    }

    [SandboxTheory]
    [InlineData("unlink", 87, "D")]
    [InlineData("rename", 82, "D")]
    [InlineData("connect", 42, "0")]
    [InlineData("fork", 57, "0")]
    [InlineData("clone", 56, "0")]
    [InlineData("execve", 59, "D")]
    [InlineData("kill", 62, "0")]
    public void A_system_call_is_a_crash_of_the_operation(string name, int number, string argument)
    {
        string victim = _folder.Write("victim", "mine\n");
        string first = argument == "D" ? $"\"{victim}\"" : "0";
        EditedTree tree = kernels.Edited(
            IsolatedKernels.New,
            $"{{ long r; asm volatile(\"syscall\" : \"=a\"(r) : \"a\"({number}), \"D\"({first}), "
            + "\"S\"(0), \"d\"(0) : \"rcx\", \"r11\", \"memory\"); }");
        using RunnerEngine engine = kernels.Load(tree, sandbox: _sandbox);
        var run = new EngineRun(engine);
        run.Execute(IsolatedKernels.Simple);
        CrashReport crash = run.Crash().ShouldNotBeNull();
        crash.What.ShouldBe("system call " + name);
        crash.Where.ShouldStartWith("swiotlb_bounce kernel/dma/swiotlb.c:");
        File.Exists(victim).ShouldBeTrue();
    }

    [SandboxFact]
    public void A_constructor_that_bombs_or_removes()
    {
        string victim = _folder.Write("victim", "mine\n");
        foreach ((int call, string argument, string name) in new[]
        {
            (57, "0", "fork"), (87, $"\"{victim}\"", "unlink"), (41, "2", "socket"),
        })
        {
            EditedTree tree = With(SourceEdit.Swiotlb, t => t
                + "\nstatic __attribute__((constructor)) void harm(void) { long r; "
                + "for (;;) asm volatile(\"syscall\" : \"=a\"(r) : \"a\"(" + call + "), \"D\"("
                + argument + "), \"S\"(0), \"d\"(0) : \"rcx\", \"r11\", \"memory\"); }\n");
            string why = Should.Throw<UserErrorException>(
                () => kernels.Load(tree, sandbox: _sandbox)).Message;
            why.ShouldStartWith($"{tree.Name}: its process does not start: system call {name} (");
            why.ShouldNotContain('\n');
        }

        File.Exists(victim).ShouldBeTrue();
    }

    [SandboxFact]
    public void A_link_in_the_tree_leads_nowhere()
    {
        string secret = _folder.Write("secret.h", "#define SECRET 1\n");
        KernelRevision kernel = kernels.Tree(IsolatedKernels.New);
        using var made = new MadeHistory(_folder["made.git"], kernel.Owner);
        Should.NotThrow(() => made.Commit("plain", [], tree: kernel));
        made.Finish(("plain", 1));
        string link = "diff --git a/include/linux/evil.h b/include/linux/evil.h\n"
            + "new file mode 120000\n--- /dev/null\n+++ b/include/linux/evil.h\n@@ -0,0 +1 @@\n"
            + $"+{secret}\n\\ No newline at end of file\n"
            + "diff --git a/include/linux/evil2.h b/include/linux/evil2.h\n"
            + "new file mode 100644\n--- /dev/null\n+++ b/include/linux/evil2.h\n@@ -0,0 +1 @@\n"
            + "+#include <linux/evil.h>\n";
        _folder.Write("evil.patch", "evil\n---\n" + link);
        using var sources = new Dmadiff.KernelHarness.Sources.KernelSources(
            _folder.Cache, TextWriter.Null);
        var series = new Dmadiff.KernelHarness.Series.SeriesLoader(sources, _folder.Cache).Load(
            new(_folder["evil.patch"], _folder["made.git"], "plain", Stream.Null),
            CancellationToken.None);
        using KernelRepository repository = KernelRepository.Open(series.Repository);
        KernelRevision patched = repository.Resolve(series.Patches[0].CommitId!);
        var tree = new EditedTree(patched, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [SourceEdit.Swiotlb] = Text(patched, SourceEdit.Swiotlb)
                + "\n#include <linux/evil2.h>\nint found = SECRET;\n",
        });
        Fails(tree).ShouldEndWith(
            "include/linux/evil2.h:1: linux/evil.h: No such file or directory");
    }

    private EditedTree With(
        string path, Func<string, string> edit, params (string Path, string Text)[] others)
    {
        KernelRevision tree = kernels.Tree(IsolatedKernels.New);
        var edits = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [path] = edit(Text(tree, path)),
        };
        foreach ((string other, string text) in others)
        {
            edits[other] = text;
        }

        return new EditedTree(tree, edits);
    }

    private string Fails(EditedTree tree) => Should.Throw<KernelBuildException>(
        () => kernels.Build(tree, sandbox: _sandbox)).Message;

    private static string Text(KernelRevision tree, string path) =>
        System.Text.Encoding.UTF8.GetString(tree.ReadFile(path)!);
}

/// <summary>A theory about the sandbox; skipped with the reason where there is none.</summary>
public sealed class SandboxTheoryAttribute : TheoryAttribute
{
    public SandboxTheoryAttribute() => Skip = new SandboxFactAttribute().Skip;
}
