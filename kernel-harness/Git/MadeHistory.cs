// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics;
using System.Text;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Git;

/// <summary>
/// Makes a bare repository whose history is known, for measurements and tests: commits on top
/// of a kernel that another repository has, whose objects are borrowed. The same calls make
/// the same commits.
/// </summary>
public sealed class MadeHistory : IDisposable
{
    private const long FirstDate = 1_700_000_000;
    private readonly Process _import;
    private readonly Stream _input;
    private readonly Task<string> _errors;
    private readonly string _marks;
    private readonly string _objects;
    private int _count;

    /// <summary>Creates an empty repository.</summary>
    /// <param name="path">Its folder, which is made.</param>
    /// <param name="lender">The repository that has the kernels.</param>
    /// <exception cref="UserErrorException">git failed.</exception>
    public MadeHistory(string path, KernelRepository lender)
    {
        Path = path;
        Tool.Output(
            "git",
            ["init", "--quiet", "--bare", "--initial-branch=main", path],
            CancellationToken.None);
        _objects = Tool.Output(
            "git",
            ["-c", "safe.directory=*", "-C", lender.Path, "rev-parse", "--absolute-git-dir"],
            CancellationToken.None).Trim();
        File.WriteAllText(
            System.IO.Path.Combine(path, "objects", "info", "alternates"),
            _objects + "/objects\n");
        _marks = System.IO.Path.Combine(path, "made-marks");
        _import = Tool.Start(
            "git", ["-C", path, "fast-import", "--quiet", $"--export-marks={_marks}"]);
        _input = _import.StandardInput.BaseStream;
        _errors = _import.StandardError.ReadToEndAsync();
    }

    /// <summary>The repository.</summary>
    public string Path { get; }

    /// <summary>Adds a commit.</summary>
    /// <param name="subject">First line of its message.</param>
    /// <param name="parents">Numbers of its parents; none for a root.</param>
    /// <param name="edits">New text by path; null removes the file.</param>
    /// <param name="tree">The tree or commit it starts from, in place of its first parent's.
    /// </param>
    /// <returns>Its number, from 1 on.</returns>
    public int Commit(
        string subject,
        IReadOnlyList<int> parents,
        IReadOnlyDictionary<string, string?>? edits = null,
        KernelRevision? tree = null)
    {
        _count++;
        Write($"commit refs/heads/made\nmark :{_count}\n"
            + $"author A U Thor <author@example.com> {FirstDate + (_count * 60)} +0000\n"
            + $"committer A U Thor <author@example.com> {FirstDate + (_count * 60)} +0000\n");
        Data(subject + "\n");
        for (int i = 0; i < parents.Count; i++)
        {
            Write($"{(i == 0 ? "from" : "merge")} :{parents[i]}\n");
        }

        if (tree is not null)
        {
            Write($"M 040000 {tree.TreeId} \"\"\n");
        }

        foreach ((string file, string? text) in edits ?? new Dictionary<string, string?>())
        {
            if (text is null)
            {
                Write($"D {file}\n");
            }
            else
            {
                Write($"M 100644 inline {file}\n");
                Data(text);
            }
        }

        Write("\n");

        // The next one is no child of this one unless it says so.
        Write("reset refs/heads/made\n\n");
        return _count;
    }

    /// <summary>Ends the import.</summary>
    /// <param name="branches">Numbers of commits by the branch that is to be at them.</param>
    /// <returns>The commits' ids by number; the first entry stands for nothing.</returns>
    /// <exception cref="UserErrorException">git failed.</exception>
    public IReadOnlyList<string> Finish(params (string Branch, int Commit)[] branches)
    {
        foreach ((string branch, int commit) in branches)
        {
            Write($"reset refs/heads/{branch}\nfrom :{commit}\n\n");
        }

        _input.Close();
        _import.WaitForExit();
        if (_import.ExitCode != 0)
        {
            throw new UserErrorException($"git fast-import failed: {_errors.Result.Trim()}");
        }

        string[] ids = new string[_count + 1];
        foreach (string[] mark in File.ReadLines(_marks).Select(l => l.Split(' ')))
        {
            ids[int.Parse(mark[0][1..])] = mark[1];
        }

        File.Delete(_marks);
        return ids;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tool.Kill(_import);
        _import.Dispose();
    }

    private void Data(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Write($"data {bytes.Length}\n");
        _input.Write(bytes);
        Write("\n");
    }

    private void Write(string text) => _input.Write(Encoding.UTF8.GetBytes(text));
}
