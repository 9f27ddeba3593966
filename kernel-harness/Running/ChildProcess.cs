// SPDX-License-Identifier: GPL-2.0-only
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Dmadiff.KernelHarness.Running;

/// <summary>
/// A process that is given descriptors, which .NET's own cannot be, and nothing else of this
/// one: no input, no output, no environment.
/// </summary>
internal sealed unsafe class ChildProcess : IDisposable
{
    private const int StandardError = 2;
    private const int StructBytes = 512;
    private const short Flags = 0x04 | 0x08 | 0x80; // default signals, no mask, own session
    private const int Interrupted = 4;
    private const int NoHang = 1;
    private const int Grace = 1000; // ms
    private const long PageBytes = 4096;

    private static readonly Lazy<BlockingCollection<Action>> Starter = new(StartStarter);
    private readonly int _process;
    private int? _status;

    private ChildProcess(int process) => _process = process;

    /// <summary>Starts a program.</summary>
    /// <param name="command">The program, looked up in PATH, and its arguments.</param>
    /// <param name="errors">What its standard error goes to.</param>
    /// <param name="descriptors">They become 3, 4, and so on.</param>
    /// <exception cref="UserErrorException">It cannot be started.</exception>
    public static ChildProcess Start(
        IReadOnlyList<string> command, int errors, params int[] descriptors)
    {
        int process = 0;
        int error = 0;
        using var done = new ManualResetEventSlim();

        // The child is to die with this process. The kernel ties it to the thread that
        // started it, so that has to be one that stays.
        Starter.Value.Add(() =>
        {
            error = Spawn(command, errors, descriptors, out process);
            done.Set();
        });
        done.Wait();
        return error == 0
            ? new ChildProcess(process)
            : throw new UserErrorException(
                $"cannot run {command[0]}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>Its number.</summary>
    public int Id => _process;

    /// <summary>Memory that it and its children have in use, in bytes.</summary>
    public long ResidentBytes => _status is null ? Resident(_process) : 0;

    /// <summary>Ends it, if it still runs.</summary>
    public void Kill()
    {
        if (_status is null)
        {
            _ = Posix.Signal(_process, Posix.Kill);
        }
    }

    /// <summary>Waits for its end, and does not wait long.</summary>
    /// <returns>Its exit status, or 128 and the signal that ended it: SIGKILL if it was not
    /// about to end.</returns>
    public int WaitOrKill()
    {
        for (int i = 0; i < Grace && !TryWait(NoHang); i++)
        {
            Thread.Sleep(1);
        }

        Kill();
        return Wait();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit status, or 128 and the signal that ended it.</returns>
    public int Wait()
    {
        while (!TryWait(0))
        {
        }

        return _status!.Value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        Wait();
    }

    private bool TryWait(int options)
    {
        if (_status is not null)
        {
            return true;
        }

        const int signalBits = 0x7f;
        int raw;
        int ended = Posix.Wait(_process, &raw, options);
        if (ended < 0 && Marshal.GetLastPInvokeError() != Interrupted)
        {
            raw = Posix.Kill;
        }
        else if (ended <= 0)
        {
            return false;
        }

        _status = (raw & signalBits) != 0 ? 128 + (raw & signalBits) : (raw >> 8) & 0xff;
        return true;
    }

    private static long Resident(int process)
    {
        string folder = "/proc/" + process.ToString(CultureInfo.InvariantCulture);
        try
        {
            long pages = long.Parse(
                File.ReadAllText(folder + "/statm").Split(' ')[1], CultureInfo.InvariantCulture);
            string children = File.ReadAllText($"{folder}/task/{Path.GetFileName(folder)}/children");
            return (pages * PageBytes) + children
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Sum(child => Resident(int.Parse(child, CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            // It has just ended.
            return 0;
        }
    }

    private static BlockingCollection<Action> StartStarter()
    {
        var work = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (Action action in work.GetConsumingEnumerable())
            {
                action();
            }
        })
        {
            IsBackground = true,
            Name = "starts processes",
        }.Start();
        return work;
    }

    private static int Spawn(
        IReadOnlyList<string> command, int errors, int[] descriptors, out int process)
    {
        byte* actions = stackalloc byte[StructBytes];
        byte* attributes = stackalloc byte[StructBytes];
        byte* signals = stackalloc byte[StructBytes];
        byte[][] words = [.. command.Select(w => Encoding.UTF8.GetBytes(w + '\0'))];
        GCHandle[] pins = [.. words.Select(w => GCHandle.Alloc(w, GCHandleType.Pinned))];
        byte** arguments = stackalloc byte*[words.Length + 1];
        for (int i = 0; i < words.Length; i++)
        {
            arguments[i] = (byte*)pins[i].AddrOfPinnedObject();
        }

        arguments[words.Length] = null;
        byte* none = null;
        _ = Posix.ActionsInit(actions);
        _ = Posix.ActionsAddOpen(actions, 0, "/dev/null", 0, 0);
        _ = Posix.ActionsAddOpen(actions, 1, "/dev/null", 1, 0);
        _ = Posix.ActionsAddDuplicate(actions, errors, StandardError);
        for (int i = 0; i < descriptors.Length; i++)
        {
            _ = Posix.ActionsAddDuplicate(actions, descriptors[i], StandardError + 1 + i);
        }

        _ = Posix.AttributesInit(attributes);
        _ = Posix.AllSignals(signals);
        _ = Posix.AttributesSetDefaults(attributes, signals);
        _ = Posix.AttributesSetFlags(attributes, Flags);
        int started;
        int error = Posix.Spawn(&started, arguments[0], actions, attributes, arguments, &none);
        process = started;
        _ = Posix.ActionsDestroy(actions);
        _ = Posix.AttributesDestroy(attributes);
        Array.ForEach(pins, pin => pin.Free());
        return error;
    }
}
