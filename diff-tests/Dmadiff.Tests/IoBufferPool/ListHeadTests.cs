// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.ManagedPort.IoBufferPool;
using Dmadiff.ManagedPort.Machine;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.IoBufferPool;

/// <summary>Rings of entries, broken ones included.</summary>
public sealed class ListHeadTests
{
    private readonly ListHead _list = ListHead.Empty();
    private readonly IoBufferSlot _one = new(1);
    private readonly IoBufferSlot _other = new(2);

    [Fact]
    public void Entries_are_in_the_order_they_were_put_in()
    {
        _list.AddLast(_one);
        _list.AddFirst(_other);
        _list.Next.ShouldBe(_other);
        _list.Previous.ShouldBe(_one);
        _other.Remove();
        _list.Next.ShouldBe(_one);
        _one.Remove();
        _list.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void What_was_taken_out_is_poison()
    {
        _list.AddFirst(_one);
        _one.Remove();
        Should.Throw<KernelDeathException>(() => _one.Remove());
    }

    [Fact]
    public void An_entry_of_two_lists_breaks_the_first()
    {
        ListHead second = ListHead.Empty();
        _list.AddFirst(_one);
        second.AddFirst(_one);
        _list.Next.ShouldBe(_one);
        _one.Next.ShouldBe(second, "a walk of the first never comes back to it");
        _one.Remove();
        second.IsEmpty.ShouldBeTrue();
        _list.IsEmpty.ShouldBeFalse();
    }
}
