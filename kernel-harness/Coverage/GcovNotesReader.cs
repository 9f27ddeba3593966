// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Bindings;

namespace Dmadiff.KernelHarness.Coverage;

/// <summary>Reads a .gcno file, as gcc 12 and later write it.</summary>
/// <param name="bytes">The file.</param>
internal sealed class GcovNotesReader(byte[] bytes)
{
    private const uint Magic = 0x67636e6f; // "gcno"
    private const uint FunctionTag = 0x01000000;
    private const uint BlocksTag = 0x01410000;
    private const uint ArcsTag = 0x01430000;
    private const uint LinesTag = 0x01450000;
    private const uint OnTree = 1;
    private const uint Fake = 2;
    private int _at;

    /// <summary>All functions in it.</summary>
    /// <exception cref="InvalidDataException">It makes no sense.</exception>
    public IEnumerable<(FunctionKey Key, CoveredFunction Function)> Read()
    {
        ReadHeader();
        Draft? draft = null;
        while (_at + 8 <= bytes.Length)
        {
            uint tag = Word();
            int end = checked((int)Word()) + _at;
            if (end > bytes.Length)
            {
                throw new InvalidDataException("cut short");
            }

            switch (tag)
            {
                case FunctionTag:
                    if (draft is not null)
                    {
                        yield return draft.Finish();
                    }

                    draft = ReadFunction();
                    break;
                case BlocksTag when draft is not null:
                    draft.Blocks = (int)Word();
                    break;
                case ArcsTag when draft is not null:
                    ReadArcs(draft, end);
                    break;
                case LinesTag when draft is not null:
                    ReadLines(draft);
                    break;
                default:
                    break;
            }

            _at = end;
        }

        if (draft is not null)
        {
            yield return draft.Finish();
        }
    }

    private void ReadHeader()
    {
        if (bytes.Length < 16 || Word() != Magic)
        {
            throw new InvalidDataException("no notes of gcc");
        }

        // "B22*" is 12.2: the letter counts tens.
        byte[] version = BitConverter.GetBytes(Word());
        int major = ((version[3] - 'A') * 10) + version[2] - '0';
        if (major < 12)
        {
            throw new InvalidDataException("coverage needs gcc 12 or later");
        }

        _ = Word(); // stamp
        _ = Word(); // checksum
        _ = Text(); // working directory
        _ = Word(); // whether there are blocks that are never run
    }

    private Draft ReadFunction()
    {
        var key = new FunctionKey(Word(), Word(), Word());
        string name = Text();
        _ = Word(); // made up by the compiler
        string file = Text();
        int first = (int)Word();
        _ = Word(); // column
        return new Draft(key, name, file, first, (int)Word());
    }

    private void ReadArcs(Draft draft, int end)
    {
        int from = (int)Word();
        while (_at < end)
        {
            int to = (int)Word();
            uint flags = Word();
            draft.Arcs.Add(new CoverageArc(
                from, to, (flags & OnTree) == 0, (flags & Fake) != 0));
        }
    }

    private void ReadLines(Draft draft)
    {
        int block = (int)Word();
        string file = draft.File;
        while (true)
        {
            int line = (int)Word();
            if (line > 0)
            {
                draft.Lines.Add(new CoveredLine(file, line, block));
                continue;
            }

            string next = Text();
            if (next.Length == 0)
            {
                return;
            }

            file = Plain(next);
        }
    }

    private uint Word()
    {
        if (_at + 4 > bytes.Length)
        {
            throw new InvalidDataException("cut short");
        }

        uint word = BitConverter.ToUInt32(bytes, _at);
        _at += 4;
        return word;
    }

    private string Text()
    {
        int length = checked((int)Word());
        if (_at + length > bytes.Length)
        {
            throw new InvalidDataException("cut short");
        }

        string text = Encoding.UTF8.GetString(bytes, _at, length).TrimEnd('\0');
        _at += length;
        return text;
    }

    private static string Plain(string path) =>
        path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;

    private sealed class Draft(FunctionKey key, string name, string file, int first, int last)
    {
        public string File { get; } = Plain(file);

        public int Blocks { get; set; }

        public List<CoverageArc> Arcs { get; } = [];

        public List<CoveredLine> Lines { get; } = [];

        public (FunctionKey Key, CoveredFunction Function) Finish() =>
            (key, new CoveredFunction(name, File, first, last, Blocks, Arcs, Lines));
    }
}
