// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Traces;

/// <summary>Gives mappings their handles: the lowest that no live mapping has, so that the
/// engines' tables stay small however long a trace is.</summary>
internal sealed class MappingHandles
{
    private readonly Dictionary<string, uint> _live = new();
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
                _free.Enqueue(ended, ended);
                return ended;
            default:
                return _live[mapping];
        }
    }
}
