// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Validation;

/// <summary>Has the kernels of a series at hand.</summary>
public interface IKernelBench
{
    /// <summary>The kernel after a patch; loaded when it is first asked for.</summary>
    /// <param name="stage">Number of the patch; 0 for the base.</param>
    /// <param name="with">What is switched on; one of another kind than Kconfig changes
    /// nothing.</param>
    IEngine Engine(int stage, AddedSwitch? with);

    /// <summary>Stands for everything that a kernel was made from; empty when there is none.
    /// </summary>
    /// <param name="stage">Number of the patch; 0 for the base.</param>
    /// <param name="with">What is switched on.</param>
    /// <param name="configuration">How it is configured else.</param>
    string Identity(int stage, AddedSwitch? with, KernelConfiguration configuration);

    /// <summary>Whether the kernel after a patch can be had in a configuration.</summary>
    /// <param name="stage">Number of the patch; 0 for the base.</param>
    /// <param name="with">What is switched on.</param>
    /// <param name="configuration">How it is configured else.</param>
    bool Has(int stage, AddedSwitch? with, KernelConfiguration configuration);
}
