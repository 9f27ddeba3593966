// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.KernelHarness.Git;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.RealKernels;

namespace Dmadiff.Tests.Validation;

/// <summary>A topic branch on top of a released kernel, made patch by patch: each edit is made
/// to what the patches before it left.</summary>
internal sealed class MadeSeries : IDisposable
{
    private readonly KernelRevision _kernel;
    private readonly MadeHistory _history;
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private int _last;

    public MadeSeries(TemporaryFolder folder, string name, KernelRevision kernel)
    {
        _kernel = kernel;
        _history = new MadeHistory(folder[name], kernel.Owner);
        _last = _history.Commit("base", [], null, kernel);
    }

    /// <summary>A patch that edits one function.</summary>
    public MadeSeries Edit(string message, SourceEdit edit) =>
        Write(message, edit.File, edit.Text(Now));

    /// <summary>A patch that puts a file back as the kernel has it.</summary>
    public MadeSeries Restore(string message, string file) =>
        Write(message, file, Encoding.UTF8.GetString(_kernel.ReadFile(file)!));

    /// <summary>A patch that adds lines to the end of a file.</summary>
    public MadeSeries Append(string message, string file, string lines) =>
        Write(message, file, Text(file) + lines);

    /// <summary>A patch that writes a whole file.</summary>
    public MadeSeries Write(string message, string file, string text)
    {
        _texts[file] = text;
        _last = _history.Commit(
            message, [_last], new Dictionary<string, string?> { [file] = text });
        return this;
    }

    /// <summary>Ends the history: branch base, and the patches up to branch topic.</summary>
    /// <returns>Ids of the base and of each patch.</returns>
    public IReadOnlyList<string> Finish() =>
        [.. _history.Finish(("base", 1), ("topic", _last)).Skip(1)];

    public void Dispose() => _history.Dispose();

    private EditedTree Now => new(_kernel, _texts);

    private string Text(string file) => Encoding.UTF8.GetString(Now.ReadFile(file) ?? []);
}
