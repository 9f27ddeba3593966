// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;
using System.Text;

namespace Dmadiff.KernelHarness.Running;

/// <summary>
/// Descriptors for a child, none of which is inherited by another: all are above those that
/// a child knows them by, so that putting one in its place does not close the next.
/// </summary>
internal static unsafe class Descriptors
{
    private const int Lowest = 16;
    private const int DuplicateCloseOnExec = 1030;
    private const int Unix = 1;
    private const int Stream = 1;
    private const int StreamCloseOnExec = 0x80000;

    /// <summary>A file that is in memory alone.</summary>
    public static int MemoryFile(string name) =>
        Raise(Posix.MemoryFile(name, Posix.CloseOnExec));

    /// <summary>Two ends of a connection.</summary>
    public static (int Own, int Other) Connection()
    {
        int* ends = stackalloc int[2];
        return Posix.SocketPair(Unix, Stream | StreamCloseOnExec, 0, ends) == 0
            ? (Raise(ends[0]), Raise(ends[1]))
            : throw Refused();
    }

    /// <summary>All that was written to a file in memory.</summary>
    public static string ReadText(int descriptor)
    {
        string path = $"/proc/self/fd/{descriptor}";
        return Encoding.UTF8.GetString(File.ReadAllBytes(path));
    }

    private static int Raise(int descriptor)
    {
        int high = descriptor < 0
            ? descriptor
            : Posix.Control(descriptor, DuplicateCloseOnExec, Lowest);
        if (high < 0)
        {
            throw Refused();
        }

        _ = Posix.Close(descriptor);
        return high;
    }

    private static UserErrorException Refused() =>
        new($"no descriptor: {Marshal.GetLastPInvokeErrorMessage()}");
}
