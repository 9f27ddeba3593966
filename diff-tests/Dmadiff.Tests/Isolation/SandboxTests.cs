// SPDX-License-Identifier: GPL-2.0-only
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

/// <summary>A test of the sandbox; skipped with the reason where there is none.</summary>
public sealed class SandboxFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Reason = new(() =>
    {
        try
        {
            Sandbox.Require(CancellationToken.None);
            return null;
        }
        catch (UserErrorException e)
        {
            return e.Message;
        }
    });

    public SandboxFactAttribute() => Skip = Reason.Value;
}

/// <summary>A stranger's kernel neither reads the user's files nor does harm.</summary>
[Collection(nameof(IsolationCollection))]
public sealed class SandboxTests(IsolatedKernels kernels) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SandboxFact]
    public void A_kernel_builds_and_runs_in_it_as_outside()
    {
        var sandbox = Sandbox.Require(CancellationToken.None);
        EditedTree tree = kernels.Edited(
            IsolatedKernels.New, string.Empty, $"\n/* {Guid.NewGuid():N} */\n");
        using RunnerEngine inside = kernels.Load(tree, sandbox: sandbox);
        using var outside = new NativeEngine(kernels.Build(tree));
        Recording.Of(inside, IsolatedKernels.Simple).ShouldEqual(
            Recording.Of(outside, IsolatedKernels.Simple), "sandboxed");
    }

    [SandboxFact]
    public void A_file_of_the_user_is_not_seen_by_the_compiler()
    {
        _folder.Write("secret.h", "#define SECRET 1\n");
        var sandbox = Sandbox.Require(CancellationToken.None);
        string include = $"\n#include \"{_folder["secret.h"]}\"\n";
        Fails(Appended(include), sandbox).ShouldEndWith("secret.h: No such file or directory");
        Fails(Appended($"\nasm(\".incbin \\\"{_folder["secret.h"]}\\\"\");\n"), sandbox)
            .ShouldContain("secret.h");
    }

    [Fact]
    public void A_file_outside_of_the_tree_is_an_error_with_its_place()
    {
        _folder.Write("secret.h", "#define SECRET 1\n");
        _folder.Write("letter.txt", "dear reader: this is no C\n");
        string secret = _folder["secret.h"];
        string letter = _folder["letter.txt"];
        int line = Lines() + 2;
        Fails(Appended($"\n#include \"{secret}\"\n")).ShouldEndWith(
            $": kernel/dma/swiotlb.c:{line}: includes {secret}, which is not of this tree");

        // Nothing of what is in it gets into the message.
        Fails(Appended($"\n#include \"{letter}\"\n")).ShouldEndWith(
            $": kernel/dma/swiotlb.c:{line}: includes {letter}, which is not of this tree");
        Fails(Appended($"\nasm(\".incbin \\\"{secret}\\\"\");\n")).ShouldEndWith(
            $": kernel/dma/swiotlb.c:{line}: has the assembler include {secret}, which is not "
            + "of this tree");
        string climbing = string.Concat(Enumerable.Repeat("../", 20)) + secret[1..];
        Fails(Appended($"\n#include \"{climbing}\"\n")).ShouldContain("which is not of this tree");
    }

    [SandboxFact]
    public void A_constructor_cannot_read_a_file_of_the_user()
    {
        _folder.Write("secret", "x");
        EditedTree tree = Appended(
            "\nstatic __attribute__((constructor)) void spy(void) { long r; asm volatile("
            + "\"syscall\" : \"=a\"(r) : \"a\"(257), \"D\"(-100), "
            + $"\"S\"(\"{_folder["secret"]}\"), \"d\"(0) : \"rcx\", \"r11\", \"memory\"); "
            + "asm volatile(\"syscall\" : : \"a\"(231), \"D\"(r < 0 ? 8 : 7)); }");
        Should.Throw<UserErrorException>(() => kernels.Load(tree))
            .Message.ShouldContain("with status 7");
        Should.Throw<UserErrorException>(
                () => kernels.Load(tree, sandbox: Sandbox.Require(CancellationToken.None)))
            .Message.ShouldContain("with status 8");
    }

    [SandboxFact]
    public void A_program_in_it_has_no_network_no_user_and_one_folder()
    {
        _folder.Write("own/here", "");
        _folder.Write("other/there", "");
        var sandbox = Sandbox.Require(CancellationToken.None);
        IReadOnlyList<string> command = sandbox.WrapTool(
            [
                "sh", "-c",
                "cat /proc/net/dev | grep -c :; ls /home /root /etc/passwd; echo x > new; "
                + $"echo x > {_folder["other/made"]}; ls {_folder["other"]}; "
                + "grep CapEff /proc/self/status; ls -d /proc/[0-9]* | wc -l",
            ],
            new SandboxView([], _folder["own"]));
        ToolResult result = Tool.Run(command[0], command.Skip(1), CancellationToken.None);
        File.Exists(_folder["own/new"]).ShouldBeTrue();
        File.Exists(_folder["other/made"]).ShouldBeFalse();
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldBe("1"); // the loopback
        lines[1].ShouldBe("CapEff:\t0000000000000000");
        int.Parse(lines[2]).ShouldBeLessThan(8);
        result.Errors.ShouldContain("/etc/passwd");
    }

    [SandboxFact]
    public void Endless_input_and_memory_are_cut()
    {
        var sandbox = Sandbox.Require(CancellationToken.None);
        Fails(Appended("\n#include \"/dev/zero\"\n"), sandbox).ShouldContain("does not build");
    }

    [Fact]
    public void Without_bubblewrap_that_is_said()
    {
        Should.Throw<UserErrorException>(
                () => Sandbox.Require(CancellationToken.None, "no-such-bwrap"))
            .Message.ShouldBe(
                "no sandbox: bubblewrap is not installed (apt-get install bubblewrap)");
    }

    [Fact]
    public void Without_user_namespaces_that_is_said()
    {
        string refuses = _folder["refuses"];
        File.WriteAllText(refuses, "#!/bin/sh\necho bwrap: No permissions >&2\nexit 1\n");
        Tool.Output("chmod", ["+x", refuses], CancellationToken.None);
        Should.Throw<UserErrorException>(() => Sandbox.Require(CancellationToken.None, refuses))
            .Message.ShouldBe(
                "no sandbox: bwrap: No permissions (bubblewrap needs user namespaces, or root)");
    }

    private EditedTree Appended(string text) =>
        kernels.Edited(IsolatedKernels.New, string.Empty, text);

    private string Fails(ISourceTree tree, Sandbox? sandbox = null) =>
        Should.Throw<KernelBuildException>(() => kernels.Build(tree, sandbox: sandbox)).Message;

    private int Lines() => System.Text.Encoding.UTF8.GetString(
        kernels.Tree(IsolatedKernels.New).ReadFile(SourceEdit.Swiotlb)!).Count(c => c == '\n');
}
