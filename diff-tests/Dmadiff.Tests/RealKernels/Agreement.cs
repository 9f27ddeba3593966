// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Diff.Reports;
using Dmadiff.Diff.Running;
using Dmadiff.Diff.Traces;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.RealKernels;

/// <summary>Whether a kernel and its port agree in everything.</summary>
internal static class Agreement
{
    /// <summary>Runs a trace on both. The port must have been given it: one that lacks what it
    /// needs would agree with anything.</summary>
    /// <param name="lockStep">The kernel and, second, the port.</param>
    /// <param name="trace">What to run.</param>
    /// <param name="origin">What a failure is called by.</param>
    public static RunReport ShouldHold(LockStep lockStep, LoweredTrace trace, string origin)
    {
        RunReport report = lockStep.Run(trace);
        if (report.Divergence is { } divergence)
        {
            Assert.Fail(DivergenceRenderer.Render(new DivergenceReport
            {
                Environment = "test",
                Origin = origin,
                Judge = "exact",
                Details = lockStep.Inspect(report.Trace, 0, divergence),
            }));
        }

        report.WasRunBy(1).ShouldBeTrue(origin);
        return report;
    }
}
