// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Recordings;

/// <summary>Steps of a replay, one after the other; what cannot be one is counted.</summary>
public interface IStepSource : IDisposable
{
    /// <summary>The next step.</summary>
    /// <returns>False at the end.</returns>
    bool Next(out ReplayStep step);
}

/// <summary>The operations of a recording.</summary>
public sealed class RecordingSteps : IStepSource
{
    private readonly FileStream _stream;
    private readonly RecordingTranslator _translator;

    internal RecordingSteps(FileStream stream, Func<Stream, RecordingTranslator> start)
    {
        _stream = stream;
        _translator = start(stream);
    }

    /// <summary>Bytes read.</summary>
    public long Bytes => _translator.Bytes;

    /// <summary>Operations so far, by kind.</summary>
    public IReadOnlyList<CountedKind> Operations => _translator.Operations.Rows;

    /// <summary>Events so far that did not become operations, by reason.</summary>
    public IReadOnlyList<CountedKind> Dropped => _translator.Dropped.Rows;

    /// <summary>Operations in front that are not in the recording.</summary>
    public int PrologueOperations => _translator.PrologueOperations;

    /// <summary>Mappings that are live now.</summary>
    public int Live => _translator.LiveAtEnd;

    /// <inheritdoc/>
    public bool Next(out ReplayStep step) => _translator.Next(out step);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
