// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;
using Dmadiff.ManagedPort.Machine;

namespace Dmadiff.ManagedPort.Iova;

/// <summary>
/// The ranges of a domain in order: a red-black tree whose nodes are the ranges. Only the
/// order matters to the allocator, so this is no port of the kernel's: the shape may differ.
/// </summary>
/// <param name="observer">Is told which ranges are written; null for nobody.</param>
public sealed unsafe class RangeTree(IMemoryObserver? observer = null)
{
    /// <summary>The range at the top; null in an empty tree.</summary>
    public IovaRange* Root { get; private set; }

    /// <summary>rb_first().</summary>
    public IovaRange* First => Root == null ? null : Lowest(Root);

    /// <summary>rb_next(): the range above, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static IovaRange* Next(IovaRange* node)
    {
        if (node->Right != null)
        {
            return Lowest(node->Right);
        }
        IovaRange* parent = node->Parent;
        while (parent != null && node == parent->Right)
        {
            node = parent;
            parent = node->Parent;
        }
        return parent;
    }

    /// <summary>rb_prev(): the range below, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static IovaRange* Previous(IovaRange* node)
    {
        if (node->Left != null)
        {
            node = node->Left;
            while (node->Right != null)
            {
                node = node->Right;
            }
            return node;
        }
        IovaRange* parent = node->Parent;
        while (parent != null && node == parent->Left)
        {
            node = parent;
            parent = node->Parent;
        }
        return parent;
    }

    /// <summary>rb_link_node() and rb_insert_color().</summary>
    /// <param name="node">The new range.</param>
    /// <param name="parent">Where it goes; null for an empty tree.</param>
    /// <param name="left">Whether it becomes the left child, which must be free.</param>
    public void Link(IovaRange* node, IovaRange* parent, bool left)
    {
        node->Left = null;
        node->Right = null;
        node->Parent = parent;
        node->Red = true;
        if (parent != null && parent->Parent == null && parent != Root)
        {
            // What was never put in is red there, and has no parent to look at.
            KernelDeathException.Fault("rb_insert_color", 8);
        }
        observer?.Write((nint)node);
        Relinked(parent);
        if (parent == null)
        {
            Root = node;
        }
        else if (left)
        {
            parent->Left = node;
        }
        else
        {
            parent->Right = node;
        }
        BalanceAfterInsert(node);
    }

    /// <summary>rb_erase().</summary>
    public void Erase(IovaRange* node)
    {
        IovaRange* child;
        IovaRange* parent;
        bool red;
        if (node->Left == null || node->Right == null)
        {
            child = node->Left == null ? node->Right : node->Left;
            parent = node->Parent;
            red = node->Red;
            Replace(node, child);
        }
        else
        {
            IovaRange* heir = Lowest(node->Right);
            red = heir->Red;
            child = heir->Right;
            parent = heir->Parent == node ? heir : heir->Parent;
            if (heir->Parent != node)
            {
                Replace(heir, child);
                heir->Right = node->Right;
                heir->Right->Parent = heir;
            }
            Replace(node, heir);
            heir->Left = node->Left;
            heir->Left->Parent = heir;
            heir->Red = node->Red;
            Relinked(heir->Left);
            Relinked(heir->Right);
        }
        if (!red)
        {
            BalanceAfterErase(child, parent);
        }
    }

    private static IovaRange* Lowest(IovaRange* node)
    {
        while (node->Left != null)
        {
            node = node->Left;
        }
        return node;
    }

    private static bool IsRed(IovaRange* node) => node != null && node->Red;

    private void Relinked(IovaRange* node)
    {
        if (observer is not null && node != null)
        {
            observer.Write((nint)node);
        }
    }

    /// <summary>Puts a subtree where another one hung.</summary>
    private void Replace(IovaRange* old, IovaRange* node)
    {
        IovaRange* parent = old->Parent;
        Relinked(parent);
        Relinked(node);
        if (parent == null)
        {
            Root = node;
        }
        else if (parent->Left == old)
        {
            parent->Left = node;
        }
        else
        {
            parent->Right = node;
        }
        if (node != null)
        {
            node->Parent = parent;
        }
    }

    /// <summary>A child takes its parent's place; the parent becomes its other child.</summary>
    private void RotateUp(IovaRange* child)
    {
        IovaRange* parent = child->Parent;
        IovaRange* moved;
        if (parent->Left == child)
        {
            moved = child->Right;
            parent->Left = moved;
            Replace(parent, child);
            child->Right = parent;
        }
        else
        {
            moved = child->Left;
            parent->Right = moved;
            Replace(parent, child);
            child->Left = parent;
        }
        parent->Parent = child;
        Relinked(parent);
        Relinked(moved);
        if (moved != null)
        {
            moved->Parent = parent;
        }
    }

    private void BalanceAfterInsert(IovaRange* node)
    {
        while (IsRed(node->Parent))
        {
            IovaRange* parent = node->Parent;
            IovaRange* grandparent = parent->Parent;
            bool left = grandparent->Left == parent;
            IovaRange* uncle = left ? grandparent->Right : grandparent->Left;
            if (IsRed(uncle))
            {
                parent->Red = false;
                uncle->Red = false;
                grandparent->Red = true;
                Relinked(parent);
                Relinked(uncle);
                Relinked(grandparent);
                node = grandparent;
                continue;
            }
            if (node == (left ? parent->Right : parent->Left))
            {
                RotateUp(node);
                parent = node;
            }
            parent->Red = false;
            grandparent->Red = true;
            RotateUp(parent);
            break;
        }
        Root->Red = false;
    }

    /// <summary>The subtree at node, which may be null, is one black node short.</summary>
    private void BalanceAfterErase(IovaRange* node, IovaRange* parent)
    {
        while (parent != null && !IsRed(node))
        {
            bool left = parent->Left == node;
            IovaRange* sibling = left ? parent->Right : parent->Left;
            if (sibling->Red)
            {
                sibling->Red = false;
                parent->Red = true;
                RotateUp(sibling);
                sibling = left ? parent->Right : parent->Left;
            }
            IovaRange* near = left ? sibling->Left : sibling->Right;
            IovaRange* far = left ? sibling->Right : sibling->Left;
            if (!IsRed(near) && !IsRed(far))
            {
                sibling->Red = true;
                Relinked(sibling);
                node = parent;
                parent = node->Parent;
                continue;
            }
            if (!IsRed(far))
            {
                RotateUp(near);
                near->Red = false;
                sibling->Red = true;
                far = sibling;
                sibling = near;
            }
            sibling->Red = parent->Red;
            parent->Red = false;
            far->Red = false;
            RotateUp(sibling);
            return;
        }
        if (node != null)
        {
            node->Red = false;
        }
    }
}
