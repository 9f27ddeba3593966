// SPDX-License-Identifier: GPL-2.0-only
using System.Diagnostics.CodeAnalysis;
using Dmadiff.Bindings;
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.ManagedPort.Machine;
using Dmadiff.ManagedPort.Xen;

namespace Dmadiff.ManagedPort.Engine;

/// <summary>
/// Runs operations on the managed port of one kernel revision, as
/// kernel-harness/services/SPEC.md says. One engine is one machine: not for two threads.
/// </summary>
public sealed unsafe partial class PortEngine : IEngine
{
    /// <summary>How many mappings a trace can have at a time, and their indices' end.</summary>
    public const int MappingCapacity = 65536;

    private const uint MaxCpus = 128;

    private readonly SimulatedMachine _machine = new();
    private readonly SwiotlbProfile _profile;
    private readonly IommuProfile _iommuProfile;
    private readonly IovaAllocator _iova;
    private readonly Mapping[] _mappings = new Mapping[MappingCapacity];

    private KernelConfiguration _configuration = KernelConfiguration.Default;
    private Swiotlb _swiotlb;
    private DmaMapping _dma;
    private SwiotlbXen _xen;
    private DmaPool _atomicPools;
    private IommuCore _core;
    private DmaIommu _dmaIommu;
    private Device[] _devices = [];
    private AbiBuffer[] _buffers = [];
    private RestrictedPool?[] _pools = [];
    private int _mappingsTouched;
    private CrashReport? _crash;
    private bool _unobserved;

    /// <summary>Creates an engine whose machine is off; boot it first.</summary>
    /// <param name="profile">The kernel revision to follow in everything.</param>
    public PortEngine(SwiotlbProfile profile)
        : this(profile, IovaProfile.Named(profile.Name), IommuProfile.Named(profile.Name))
    {
    }

    /// <summary>Creates an engine whose machine is off; boot it first.</summary>
    /// <param name="profile">The kernel revision to follow.</param>
    /// <param name="iova">The one to follow in IOVA domains.</param>
    /// <param name="iommu">The one to follow behind an IOMMU.</param>
    public PortEngine(SwiotlbProfile profile, IovaProfile iova, IommuProfile iommu)
    {
        _profile = profile;
        _iommuProfile = iommu;
        _iova = new IovaAllocator(_machine, iova);
        Name = "port " + profile.Title
            + (iommu.Proposal is null ? "" : $" with {iommu.Proposal}");
        NewKernel();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public EngineCapabilities Lacks => EngineCapabilities.DmaDebug;

    private Log Log => _machine.Log;

    /// <inheritdoc/>
    public void Boot(Setup setup, Span<AbiResult> results)
    {
        if (results.Length < setup.StepCount)
        {
            throw new ArgumentException(
                $"booting takes {setup.StepCount} results, there is room for {results.Length}",
                nameof(results));
        }
        PowerOn(setup);
        for (int step = 0; step < setup.StepCount; step++)
        {
            ref AbiResult result = ref results[step];
            int logStart = Begin(ref result);
            if (_crash is null)
            {
                try
                {
                    BootStep(setup, step, ref result);
                }
                catch (KernelDeathException death)
                {
                    Die(ref result, step, death);
                }
                catch (DivideByZeroException)
                {
                    Die(ref result, step, DivideError());
                }
            }
            End(ref result, logStart);
        }
    }

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<AbiOp> ops, Span<AbiResult> results)
    {
        if (results.Length < ops.Length)
        {
            throw new ArgumentException(
                $"{ops.Length} operations need as many results, not {results.Length}",
                nameof(results));
        }
        for (int i = 0; i < ops.Length; i++)
        {
            ref AbiResult result = ref results[i];
            int logStart = Begin(ref result);
            if (_crash is null)
            {
                try
                {
                    Execute(in ops[i], ref result);
                }
                catch (KernelDeathException death)
                {
                    Die(ref result, i, death);
                }
                catch (DivideByZeroException)
                {
                    Die(ref result, i, DivideError());
                }
            }
            End(ref result, logStart);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _iova.Dispose();
        _machine.Dispose();
    }

    /// <summary>The state of an operation that never ran; one that does overwrites it.</summary>
    private int Begin(ref AbiResult result)
    {
        result = default;
        result.Area = AbiConstants.None;
        result.Status = _crash is null ? AbiStatus.Ok : AbiStatus.Dead;
        return Log.Length;
    }

    private void End(ref AbiResult result, int logStart)
    {
        // Most operations log nothing, and the digest of nothing is 0.
        result.LogDigest = logStart == Log.Length ? 0 : Log.DigestFrom(logStart);
        result.LogLines = (uint)Log.Lines;
    }

    /// <summary>Notes how the machine died. What the operation had found out so far is not
    /// told: a crash has a status and a log, nothing else.</summary>
    private void Die(ref AbiResult result, int index, KernelDeathException death)
    {
        _crash = new CrashReport(death.Kind, index, death.Where, death.Message);
        result = default;
        result.Area = AbiConstants.None;
        result.Status = AbiStatus.Crash;
    }

    private static KernelDeathException DivideError() =>
        new(AbiCrashKind.Signal, "swiotlb", "SIGFPE");

    [MemberNotNull(
        nameof(_swiotlb), nameof(_dma), nameof(_xen), nameof(_atomicPools), nameof(_core),
        nameof(_dmaIommu))]
    private void NewKernel()
    {
        _atomicPools = new DmaPool(_machine, _profile);
        _swiotlb = new Swiotlb(_machine, _atomicPools, _profile, _configuration);
        _core = new IommuCore(_machine, _iommuProfile);
        _dmaIommu = new DmaIommu(_machine, _iommuProfile, _core, _swiotlb, _iova);
        var direct = new DmaDirect(_machine, _swiotlb, _atomicPools);
        _swiotlb.Pages = direct;
        _xen = new SwiotlbXen(_machine, _swiotlb);
        _dma = new DmaMapping(direct, _dmaIommu, _xen, _profile, Log);
    }

    private void PowerOn(Setup setup)
    {
        AbiMachine machine = setup.Machine;
        if (machine.Cpus is 0 or > MaxCpus)
        {
            throw new MachineException(
                $"a machine has 1 to {MaxCpus} CPUs, this one was given {machine.Cpus}");
        }
        KernelConfiguration configuration = setup.Configuration;
        if (machine.MemoryBytes == 0 || machine.MemoryBytes % configuration.PageBytes != 0)
        {
            throw new MachineException(
                "a machine's memory is one page or more, a multiple of "
                + $"{configuration.PageBytes} bytes; this one was given "
                + $"{machine.MemoryBytes}");
        }
        _machine.PowerOn(machine, configuration);
        _configuration = configuration;
        NewKernel();
        PowerOnIova();
        _crash = null;
        _unobserved = machine.Flags.HasFlag(AbiMachineFlag.Unobserved);
        Array.Clear(_mappings, 0, _mappingsTouched);
        _mappingsTouched = 0;
        Array.Clear(_lists);
        _pools = new RestrictedPool?[setup.Pools.Length];
        _buffers = new AbiBuffer[setup.Buffers.Length];
        _devices = new Device[setup.Devices.Length];
        for (int i = 0; i < _devices.Length; i++)
        {
            _devices[i] = new Device($"d{i}", _swiotlb.DefaultMem)
            {
                IsCoherent = setup.Devices[i].Noncoherent == 0,
                Frames = setup.Devices[i].Xen != 0 ? _machine.Xen.Frames : null,
                UsesSwiotlbXen = setup.Devices[i].Xen != 0 && !_profile.LooksUpMachineFrames,
                Node = configuration.Has(KernelOption.Numa) ? (int)setup.Devices[i].Node : -1,
            };
        }
    }
}
