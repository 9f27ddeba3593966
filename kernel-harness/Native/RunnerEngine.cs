// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Bindings;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Coverage;
using Dmadiff.KernelHarness.Running;

namespace Dmadiff.KernelHarness.Native;

/// <summary>
/// A machine that runs a kernel's own C in a process of its own. That the process dies is a
/// crash of the operation that ran; the next boot starts another one.
/// </summary>
public sealed unsafe partial class RunnerEngine
    : IReportingEngine, ICoveredEngine, IRepeatingEngine
{
    private const int MostSteps =
        (int)((AbiConstants.SharedBytes - AbiConstants.SharedOutput) / 128);

    private readonly KernelBuild _build;
    private readonly IReadOnlyList<string> _command;
    private readonly RunnerLimits _limits;
    private readonly SharedMemory _memory = new(AbiConstants.SharedBytes);
    private readonly Symboliser _places;
    private readonly ReportDescriber _describer;
    private readonly List<SanitizerReport> _reports = [];
    private CoverageMap? _coverage;
    private RunnerProcess _process;
    private CrashReport? _death;
    private uint _logLines;
    private bool _disposed;

    /// <summary>Starts a process with a kernel that was built.</summary>
    /// <param name="build">The kernel.</param>
    /// <param name="runner">The program that holds it, of the same variant.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="sandbox">Where it is to be run; null for nowhere special.</param>
    /// <exception cref="UserErrorException">It cannot be started, or it was compiled for
    /// another boundary between C and C# than this program has.</exception>
    public RunnerEngine(
        KernelBuild build, string runner, RunnerLimits limits, Sandbox? sandbox = null)
    {
        _build = build;
        _limits = limits;
        string[] command = [runner, build.HostLibraryPath, build.LibraryPath];
        _command = sandbox?.Wrap(command, new SandboxView([.. command], null)) ?? command;
        _places = new Symboliser(build.LibraryPath, sandbox);
        _describer = new ReportDescriber(_places);
        try
        {
            _process = Start();
        }
        catch
        {
            _memory.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name => _build.Name;

    /// <inheritdoc/>
    public EngineCapabilities Lacks => _build.Lacks;

    /// <summary>The process, as the system numbers it.</summary>
    internal int ProcessId => _process.Id;

    private ref AbiCall Header => ref *(AbiCall*)_memory.At(0);

    private AbiResult* Results => (AbiResult*)_memory.At(AbiConstants.SharedOutput);

    /// <inheritdoc/>
    public void Boot(Setup setup, Span<AbiResult> results)
    {
        NativeEngine.RequireRoom(results.Length, setup.StepCount);
        Boot(setup);
        TakeResults(results[..setup.StepCount]);
        if (_death is null)
        {
            Tape?.AddBoot(setup, Header.Outcome);
        }
    }

    private void Boot(Setup setup)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_process.Death is not null)
        {
            _process.Dispose();
            _process = Start();
        }

        _death = null;
        _logLines = 0;
        _reports.Clear();
        WriteBoot(setup);
        Invoke(
            new AbiCall
            {
                Kind = AbiCallKind.Boot,
                PoolCount = (uint)setup.Pools.Length,
                DeviceCount = (uint)setup.Devices.Length,
                BufferCount = (uint)setup.Buffers.Length,
            },
            setup.StepCount,
            atBoot: true,
            firstStep: 0);
        if (_death is null && Header.Value != 0)
        {
            throw NativeEngine.CannotHold(setup.Machine, (int)Header.Value);
        }
    }

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<AbiOp> ops, Span<AbiResult> results)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        NativeEngine.RequireRoom(results.Length, ops.Length);
        for (int done = 0; done < ops.Length; done += MostSteps)
        {
            int count = Math.Min(MostSteps, ops.Length - done);
            if (_death is null)
            {
                ops.Slice(done, count).CopyTo(
                    new Span<AbiOp>(_memory.At(AbiConstants.SharedInput), count));
                var call = new AbiCall { Kind = AbiCallKind.Run, Count = (uint)count };
                Invoke(call, count, atBoot: false, done);
                Note(ops.Slice(done, count));
            }
            else
            {
                Mark(0, count, AbiStatus.Dead);
            }

            TakeResults(results.Slice(done, count));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _process.Dispose();
            _memory.Dispose();
        }
    }

    private RunnerProcess Start()
    {
        // Before it runs: it may die at once, and say of what.
        Header = new AbiCall { Kind = AbiCallKind.Layout };
        var process = new RunnerProcess(_command, _memory, _limits);
        try
        {
            if (!process.Call(() => 0))
            {
                throw CannotStart(process);
            }

            int rows = (int)Math.Clamp(Header.Value, 0, OutputRoom(sizeof(AbiLayout)));
            LoadedKernel.CheckLayout(Output<AbiLayout>(rows), _build.Name);
            return process;
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    private UserErrorException CannotStart(RunnerProcess process)
    {
        CrashReport death = DeathDescriber.Describe(
            Header, process.Death!, _describer, [], 0, _places);
        string why = process.Errors.Length > 0
            ? PrintableText.Of(process.Errors.Split('\n')[0])
            : $"{death.What} ({death.Where})";
        return new UserErrorException($"{_build.Name}: its process does not start: {why}");
    }

    private void WriteBoot(Setup setup)
    {
        byte* input = _memory.At(AbiConstants.SharedInput);
        byte[] cmdline = Encoding.UTF8.GetBytes(setup.Cmdline + '\0');
        if (cmdline.Length > (int)AbiConstants.SharedTextBytes)
        {
            throw new MachineException("the command line is too long");
        }

        cmdline.CopyTo(new Span<byte>(input, cmdline.Length));
        input += AbiConstants.SharedTextBytes;
        *(AbiMachine*)input = setup.Machine;
        input += sizeof(AbiMachine);
        setup.Pools.CopyTo(new Span<AbiPool>(input, setup.Pools.Length));
        input += sizeof(AbiPool) * setup.Pools.Length;
        setup.Devices.CopyTo(new Span<AbiDevice>(input, setup.Devices.Length));
        input += sizeof(AbiDevice) * setup.Devices.Length;
        setup.Buffers.CopyTo(new Span<AbiBuffer>(input, setup.Buffers.Length));
    }

    private void Invoke(AbiCall call, int steps, bool atBoot, int firstStep)
    {
        Header = call;
        bool lives = _process.Call(() => (uint)Begun(steps));
        AbiReport[] reports =
        [
            .. new ReadOnlySpan<AbiReport>(
                _memory.At(AbiConstants.SharedReports),
                (int)Math.Min(Header.ReportCount, AbiConstants.MaxReports)),
        ];
        bool isFatal = !lives && Header.IsFatal != 0 && reports.Length > 0;
        foreach (AbiReport report in isFatal ? reports[..^1] : reports)
        {
            _reports.Add(new SanitizerReport(
                _describer.Describe(report, firstStep + (int)report.Step), atBoot));
        }

        if (!lives)
        {
            Tape?.Spoil();
            int step = Math.Max(0, Begun(steps) - 1);
            _death = DeathDescriber.Describe(
                Header, _process.Death!, _describer, reports, firstStep + step, _places);
            Mark(step, steps, AbiStatus.Crash);
        }
    }

    /// <summary>Steps of the call that were begun.</summary>
    private int Begun(int steps)
    {
        int begun = 0;
        while (begun < steps && (uint)Results[begun].Status != AbiConstants.NotBegun)
        {
            begun++;
        }

        return begun;
    }

    /// <summary>Results of a step, and of those after it, which were not run.</summary>
    private void Mark(int step, int steps, AbiStatus first)
    {
        uint lines = step > 0 ? Results[step - 1].LogLines : _logLines;
        for (int i = step; i < steps; i++)
        {
            Results[i] = new AbiResult
            {
                Status = i == step ? first : AbiStatus.Dead,
                Area = AbiConstants.None,
                LogLines = lines,
            };
        }
    }

    private void TakeResults(Span<AbiResult> results)
    {
        new ReadOnlySpan<AbiResult>(Results, results.Length).CopyTo(results);
        foreach (ref AbiResult result in results)
        {
            // Whoever wrote this may have written anything.
            if (result.Status > AbiStatus.Encrypted)
            {
                result.Status = AbiStatus.BadOp;
            }
        }

        if (results.Length > 0)
        {
            _logLines = results[^1].LogLines;
        }
    }
}
