// SPDX-License-Identifier: GPL-2.0-only
using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Dmadiff.Bindings;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Recordings;

/// <summary>Writes the steps of a recording as a trace, without ever having all of them.
/// </summary>
public sealed class RecordingTraceWriter
{
    private const int FlushBytes = 1 << 16;
    private static readonly byte[][] Words = MakeWords();
    private readonly Stream _output;
    private readonly ArrayBufferWriter<byte> _text = new(2 * FlushBytes);
    private readonly byte[][] _devices;
    private readonly byte[][] _buffers;
    private bool _isInList;

    /// <summary>Writes the declarations.</summary>
    /// <param name="output">Stays the caller's to dispose.</param>
    /// <param name="header">The declarations and comments.</param>
    public RecordingTraceWriter(Stream output, Trace header)
    {
        _output = output;
        _devices = [.. header.Devices.Select(d => Encoding.UTF8.GetBytes(d.Name))];
        _buffers = [.. header.Buffers.Select(b => Encoding.UTF8.GetBytes(b.Name))];
        Put(Encoding.UTF8.GetBytes(TracePrinter.Print(header)));
    }

    /// <summary>Writes a step.</summary>
    public void Write(in ReplayStep step)
    {
        if (step.Mark is { } mark)
        {
            EndList();
            Put("# "u8);
            Put(Encoding.UTF8.GetBytes(mark));
            Put("\n"u8);
            return;
        }

        var op = step.Op;
        if (op.Kind == AbiOpKind.SgEntry)
        {
            WriteEntry(op);
            return;
        }

        EndList();
        Put(Words[(int)op.Kind]);
        switch (op.Kind)
        {
            case AbiOpKind.Cpu or AbiOpKind.Time:
                Put(" "u8);
                Number(op.Arg);
                break;
            case AbiOpKind.Map:
                Mapping(op.Mapping);
                Put(" "u8);
                Put(_devices[op.Device]);
                Put(" "u8);
                Put(_buffers[op.Buffer]);
                Put("+0x"u8);
                Number(op.Offset, 'x');
                Put(" "u8);
                Number(op.Size);
                Direction(op.Direction);
                Attrs(op.Attrs);
                break;
            case AbiOpKind.MapSg:
                Mapping(op.Mapping);
                Put(" "u8);
                Put(_devices[op.Device]);
                Put(" s"u8);
                Number(op.Buffer);
                Direction(op.Direction);
                Attrs(op.Attrs);
                break;
            case AbiOpKind.SgAddress:
                Mapping(op.Mapping);
                Put(" "u8);
                Number(op.Arg);
                break;
            case AbiOpKind.Unmap or AbiOpKind.UnmapSg:
                Mapping(op.Mapping);
                Attrs(op.Attrs & AbiAttr.SkipCpuSync);
                break;
            default:
                Mapping(op.Mapping);
                Put("+"u8);
                Number(op.Offset);
                Put(" "u8);
                Number(op.Size);
                break;
        }

        Put("\n"u8);
        if (_text.WrittenCount >= FlushBytes)
        {
            Send();
        }
    }

    /// <summary>Hands on what is not yet in the output.</summary>
    public void Flush()
    {
        EndList();
        Send();
    }

    // The entries of a list stand in one line.
    private void WriteEntry(in AbiOp op)
    {
        if (op.Arg == 0)
        {
            EndList();
            Put(Words[(int)op.Kind]);
            Put(" s"u8);
            Number(op.Mapping);
            _isInList = true;
        }

        Put(" "u8);
        Put(_buffers[op.Buffer]);
        Put("+0x"u8);
        Number(op.Offset, 'x');
        Put(":"u8);
        Number(op.Size);
    }

    private void EndList()
    {
        if (_isInList)
        {
            Put("\n"u8);
            _isInList = false;
        }
    }

    private void Send()
    {
        _output.Write(_text.WrittenSpan);
        _text.ResetWrittenCount();
    }

    private static byte[][] MakeWords()
    {
        var words = new byte[(int)AbiOpKind.Kinds][];
        void Add(AbiOpKind kind, OperationKind operation) =>
            words[(int)kind] = Encoding.UTF8.GetBytes(OperationSyntax.WordOf(operation));
        Add(AbiOpKind.Cpu, OperationKind.Cpu);
        Add(AbiOpKind.Time, OperationKind.Time);
        Add(AbiOpKind.Map, OperationKind.Map);
        Add(AbiOpKind.Unmap, OperationKind.Unmap);
        Add(AbiOpKind.SyncForCpu, OperationKind.SyncForCpu);
        Add(AbiOpKind.SyncForDevice, OperationKind.SyncForDevice);
        Add(AbiOpKind.SgEntry, OperationKind.ScatterList);
        Add(AbiOpKind.MapSg, OperationKind.MapSg);
        Add(AbiOpKind.SgAddress, OperationKind.SgAddress);
        Add(AbiOpKind.UnmapSg, OperationKind.UnmapSg);
        return words;
    }

    private void Direction(AbiDirection direction) => Put(direction switch
    {
        AbiDirection.ToDevice => " to_device"u8,
        AbiDirection.FromDevice => " from_device"u8,
        _ => " bidirectional"u8,
    });

    private void Mapping(uint handle)
    {
        Put(" m"u8);
        Number(handle);
    }

    private void Attrs(AbiAttr attrs)
    {
        if (attrs.HasFlag(AbiAttr.SkipCpuSync))
        {
            Put(" skip_sync"u8);
        }

        if (attrs.HasFlag(AbiAttr.NoWarn))
        {
            Put(" no_warn"u8);
        }
    }

    private void Number(ulong value, char format = 'D')
    {
        const int longest = 20;
        Utf8Formatter.TryFormat(value, _text.GetSpan(longest), out var written, format);
        _text.Advance(written);
    }

    private void Put(ReadOnlySpan<byte> bytes) => _text.Write(bytes);
}
