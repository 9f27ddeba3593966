// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Recordings;

/// <summary>A file is no recording. The message says what and why.</summary>
public sealed class RecordingException : Exception
{
    /// <summary>Creates it with a message for the user.</summary>
    public RecordingException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with a message and its cause.</summary>
    public RecordingException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Creates it.</summary>
    public RecordingException()
    {
    }
}

/// <summary>
/// What a real machine did with the DMA API, as the kernel's trace events recorded it. It is
/// read twice: at once for the machine, and then for the operations, as often as they are asked
/// for.
/// </summary>
public sealed class Recording
{
    private readonly RecordingSurvey _survey;
    private readonly MachineModel _model;

    private Recording(
        string path, RecordingSurvey survey, MachineModel model, RecordedClock clock)
    {
        Path = path;
        Clock = clock;
        _survey = survey;
        _model = model;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>When its machine's timer ticked, as far as that is known.</summary>
    public RecordedClock Clock { get; }

    /// <summary>Whether that was found out, and not only assumed.</summary>
    public bool IsClockFound => Clock != RecordedClock.From(FirstTime);

    /// <summary>Who wrote it: "trace", "trace-cmd report", "perf script".</summary>
    public string Dialect => _survey.Reader.Header.Dialect;

    /// <summary>CPUs of the machine.</summary>
    public int Cpus => _survey.Cpus;

    /// <summary>Bytes of text.</summary>
    public long Bytes => _survey.Reader.Bytes;

    /// <summary>Events of the DMA API, swiotlb and the IOMMU.</summary>
    public long Events => _survey.EventCount;

    /// <summary>Time of the first event, in nanoseconds.</summary>
    public ulong FirstTime => _survey.FirstTime;

    /// <summary>Time of the last event.</summary>
    public ulong LastTime => _survey.LastTime;

    /// <summary>Events by task, the largest first.</summary>
    public IReadOnlyList<CountedKind> Tasks => _survey.Reader.Tasks.Rows;

    /// <summary>Events lost in gaps.</summary>
    public long Lost => _survey.Lost;

    /// <summary>Events overwritten before the text begins.</summary>
    public long Overwritten => _survey.Reader.Header.Overwritten;

    /// <summary>Mappings that were made before the recording, and end in it.</summary>
    public int Earlier => _survey.Earlier.Count;

    /// <summary>Of those, the ones that are made again in front of the replay.</summary>
    public int EarlierMade => _model.Prologue?.HeldCount ?? 0;

    /// <summary>Lines that should be events and cannot be read; the first of them.</summary>
    public IReadOnlyList<BadLine> BadLines => _survey.Reader.BadLines;

    /// <summary>How many there are.</summary>
    public long BadLineCount => _survey.Reader.BadLineCount;

    /// <summary>Events of others, by name.</summary>
    public IReadOnlyList<CountedKind> OtherEvents => _survey.Reader.OtherEvents.Rows;

    /// <summary>Lines that are nothing of all this.</summary>
    public long OtherLines => _survey.Reader.OtherLines;

    /// <summary>The pool that bounces came from; null when nothing was bounced.</summary>
    public RecordedPool? Pool => _model.Pool;

    /// <summary>The devices.</summary>
    public IReadOnlyList<RecordedDevice> Devices => _model.Devices;

    /// <summary>The declarations of its trace.</summary>
    public Trace Header => _model.Header;

    /// <summary>Bytes of all buffers.</summary>
    public ulong BufferBytes => _model.Memory.BufferBytes;

    /// <summary>Bytes of memory that lie elsewhere than on the recorded machine.</summary>
    public ulong MovedBytes => _model.Memory.MovedBytes;

    /// <summary>Reads a file for the first time.</summary>
    /// <param name="path">The file.</param>
    /// <param name="knowledge">What the user knows of the machine.</param>
    /// <param name="progress">Told now and then how many bytes were read, or null.</param>
    /// <exception cref="RecordingException">It cannot be read, or is no recording.</exception>
    public static Recording Open(string path, MachineKnowledge knowledge, Action<long>? progress)
    {
        using var stream = OpenFile(path);
        RecordingSurvey survey;
        try
        {
            survey = RecordingSurvey.Read(stream, progress);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingException($"{path}: cannot be read: {e.Message}", e);
        }

        if (survey.EventCount == 0)
        {
            throw new RecordingException(NoEvents(path, survey));
        }

        foreach (var name in knowledge.MinAlign.Keys)
        {
            if (!Enumerable.Range(0, survey.Reader.Devices.Count)
                .Any(i => survey.Reader.Devices.Name(i) == name))
            {
                throw new RecordingException($"{path}: no event names a device \"{name}\"");
            }
        }

        return new Recording(
            path, survey, MachineModel.Of(survey, knowledge), RecordedClock.From(survey.FirstTime));
    }

    /// <summary>Whether a file looks like a trace of dmadiff's own language.</summary>
    /// <exception cref="RecordingException">It cannot be read.</exception>
    public static bool IsTrace(string path)
    {
        using var stream = OpenFile(path);
        var lines = new LineReader(stream);
        for (var i = 0; i < 1000 && lines.Read(out var line); i++)
        {
            line = line.Trim(" \t"u8);
            if (!line.IsEmpty && line[0] != '#')
            {
                return line.StartsWith("dmadiff-trace"u8);
            }
        }

        return false;
    }

    /// <summary>The same recording, of a machine whose timer ticked so.</summary>
    public Recording With(RecordedClock clock) => new(Path, _survey, _model, clock);

    /// <summary>Reads the operations.</summary>
    public RecordingSteps ReadSteps() =>
        new(OpenFile(Path), stream => new RecordingTranslator(stream, _model, Clock));

    private static string NoEvents(string path, RecordingSurvey survey)
    {
        var reader = survey.Reader;
        if (reader.LineCount == 0)
        {
            return $"{path}: the file is empty";
        }

        if (reader.BadLines.Count > 0)
        {
            var (line, why) = reader.BadLines[0];
            return $"{path}:{line}: {why}; no event in the file can be read";
        }

        return reader.OtherEvents.Total > 0
            ? $"{path}: none of its {reader.OtherEvents.Total} events is of the DMA API; "
                + "record with -e dma -e swiotlb -e iommu"
            : $"{path}: no recording: none of its {reader.LineCount} lines is an event as trace, "
                + "trace-cmd report or perf script print them";
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordingException($"{path}: cannot be read: {e.Message}", e);
        }
    }
}
