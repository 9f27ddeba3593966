// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>Gives mappings their handles: the lowest that no live mapping has, so that the
/// engines' tables stay small however long a trace is.</summary>
/// <param name="usedAfter">Mappings that are used after their end too: their handles are not
/// given to others.</param>
internal sealed class MappingHandles(IEnumerable<string> usedAfter)
{
    private readonly HashSet<string> _kept = [.. usedAfter];
    private readonly Dictionary<string, uint> _live = new();
    private readonly Dictionary<string, uint> _ended = new();
    private readonly PriorityQueue<uint, uint> _free = new();
    private uint _next;

    /// <summary>The handle of a mapping; ending it frees the handle for the next.</summary>
    public uint Take(string mapping, MappingUse use)
    {
        switch (use)
        {
            case MappingUse.Make:
                var made = _free.Count > 0 ? _free.Dequeue() : _next++;
                _live.Add(mapping, made);
                return made;
            case MappingUse.End:
                _live.Remove(mapping, out var ended);
                _ended[mapping] = ended;
                if (!_kept.Contains(mapping))
                {
                    _free.Enqueue(ended, ended);
                }

                return ended;
            case MappingUse.After:
                return _ended[mapping];
            default:
                return _live[mapping];
        }
    }
}
