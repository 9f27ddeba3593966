// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.IoBufferPool;

/// <summary>
/// struct list_head: a ring that its own members make up. It is no list of this language, as an
/// entry that is put into a second list while it is in one leaves both broken, and so they stay
/// broken here.
/// </summary>
public class ListHead
{
    // Null is the poison of what was taken out.
    private ListHead? _next;
    private ListHead? _previous;

    /// <summary>INIT_LIST_HEAD(): empty.</summary>
    protected void MakeEmpty()
    {
        _next = this;
        _previous = this;
    }

    /// <summary>A list that is empty.</summary>
    public static ListHead Empty()
    {
        var head = new ListHead();
        head.MakeEmpty();
        return head;
    }

    /// <summary>list_empty().</summary>
    public bool IsEmpty => _next == this;

    /// <summary>The entry behind this one.</summary>
    public ListHead Next => _next ?? throw Poisoned();

    /// <summary>The entry ahead of this one; of a list, its last one.</summary>
    public ListHead Previous => _previous ?? throw Poisoned();

    /// <summary>list_add(): puts an entry at the front.</summary>
    public void AddFirst(ListHead entry) => Insert(entry, this, Next);

    /// <summary>list_add_tail(): puts an entry at the end.</summary>
    public void AddLast(ListHead entry) => Insert(entry, Previous, this);

    /// <summary>list_del(): takes this entry out.</summary>
    public void Remove()
    {
        ListHead next = Next;
        ListHead previous = Previous;
        next._previous = previous;
        previous._next = next;
        _next = null;
        _previous = null;
    }

    private static void Insert(ListHead entry, ListHead previous, ListHead next)
    {
        next._previous = entry;
        entry._next = next;
        entry._previous = previous;
        previous._next = entry;
    }

    private static KernelDeathException Poisoned() =>
        new(Bindings.AbiCrashKind.Signal, "list", "SIGSEGV at a list's poison");
}
