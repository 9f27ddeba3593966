// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.Machine;

/// <summary>
/// Is told which cache lines of the kernel's own data are touched, and which locks are taken.
/// Who has none pays for asking whether there is one, and no more.
/// </summary>
public interface IMemoryObserver
{
    /// <summary>Bytes of a cache line: addresses of lines are this far apart.</summary>
    public const int LineBytes = 64;

    /// <summary>Makes room for an object that has no address of its own.</summary>
    /// <param name="lines">Cache lines, above 0.</param>
    /// <returns>The address of the first line.</returns>
    nint Place(int lines);

    /// <summary>A lock is taken, which writes its line.</summary>
    /// <param name="line">The line that the lock is in.</param>
    void Acquire(nint line);

    /// <summary>A lock is released.</summary>
    /// <param name="line">The line that the lock is in.</param>
    void Release(nint line);

    /// <summary>A line is read.</summary>
    void Read(nint line);

    /// <summary>A line is written.</summary>
    void Write(nint line);
}
