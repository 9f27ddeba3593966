// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;
using Dmadiff.ManagedPort.Iova;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Iova;

/// <summary>The tree keeps its ranges in order, whatever comes and goes.</summary>
public sealed unsafe class RangeTreeTests : IDisposable
{
    private const int Count = 400;

    private readonly IovaRange* _ranges =
        (IovaRange*)NativeMemory.AllocZeroed(Count, (nuint)sizeof(IovaRange));

    public void Dispose() => NativeMemory.Free(_ranges);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_walks_up_and_down_in_order(int seed)
    {
        var tree = new RangeTree();
        var expected = new SortedSet<int>();
        int state = seed;
        for (int step = 0; step < 4000; step++)
        {
            state = unchecked((state * 1103515245) + 12345);
            int number = (state >> 8 & int.MaxValue) % Count;
            if (expected.Add(number))
            {
                Insert(tree, number);
            }
            else
            {
                expected.Remove(number);
                tree.Erase(_ranges + number);
            }

            if (step % 97 == 0)
            {
                Numbers(tree).ShouldBe(expected);
                Depth(tree.Root).ShouldBeLessThanOrEqualTo(20);
            }
        }
    }

    private void Insert(RangeTree tree, int number)
    {
        IovaRange* range = _ranges + number;
        range->PfnLo = (ulong)number;
        range->PfnHi = (ulong)number;
        IovaRange* parent = null;
        bool left = false;
        for (IovaRange* node = tree.Root; node != null;)
        {
            parent = node;
            left = range->PfnLo < node->PfnLo;
            node = left ? node->Left : node->Right;
        }

        tree.Link(range, parent, left);
    }

    private static List<int> Numbers(RangeTree tree)
    {
        var up = new List<int>();
        IovaRange* last = null;
        for (IovaRange* node = tree.First; node != null; node = RangeTree.Next(node))
        {
            up.Add((int)node->PfnLo);
            last = node;
        }

        var down = new List<int>();
        for (; last != null; last = RangeTree.Previous(last))
        {
            down.Insert(0, (int)last->PfnLo);
        }

        down.ShouldBe(up);
        return up;
    }

    // Twice the logarithm of 400, and a little.
    private static int Depth(IovaRange* node) =>
        node == null ? 0 : 1 + Math.Max(Depth(node->Left), Depth(node->Right));
}
