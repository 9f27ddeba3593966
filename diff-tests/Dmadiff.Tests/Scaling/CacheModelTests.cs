// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Cli.Scaling;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Scaling;

/// <summary>When a cache line moves, and who waits for a lock.</summary>
public sealed class CacheModelTests
{
    private readonly CacheModel _model = new(3);
    private readonly nint _line;

    public CacheModelTests() => _line = _model.Place(1);

    [Fact]
    public void A_line_that_only_one_cpu_uses_never_moves()
    {
        On(0, m => m.Read(_line));
        On(0, m => m.Write(_line));
        On(0, m => m.Write(_line));

        _model.Transfers.ShouldBe(0UL);
        _model.Now.ShouldBe(3 * ModelCosts.Hit);
    }

    [Fact]
    public void Reading_what_another_cpu_wrote_moves_the_line_once()
    {
        On(0, m => m.Write(_line));
        On(1, m => m.Read(_line));
        On(1, m => m.Read(_line));
        On(0, m => m.Read(_line));

        _model.Transfers.ShouldBe(1UL);
    }

    [Fact]
    public void Writing_what_others_have_read_takes_it_from_all_of_them()
    {
        On(0, m => m.Read(_line));
        On(1, m => m.Read(_line));
        On(2, m => m.Read(_line));
        On(0, m => m.Write(_line));
        _model.Transfers.ShouldBe(3UL);

        On(1, m => m.Read(_line));
        On(2, m => m.Read(_line));

        _model.Transfers.ShouldBe(5UL);
    }

    [Fact]
    public void A_lock_that_another_cpu_has_until_later_is_waited_for()
    {
        On(0, m =>
        {
            m.Acquire(_line);
            m.Pass(1000);
            m.Release(_line);
        });
        ulong released = _model.Now;
        On(1, m => m.Acquire(_line));

        _model.Locks.ShouldBe(2UL);
        _model.Contended.ShouldBe(1UL);
        _model.Now.ShouldBe(released + ModelCosts.Transfer);
    }

    [Fact]
    public void A_lock_that_was_released_before_is_not_waited_for()
    {
        On(0, m => m.Acquire(_line));
        On(0, m => m.Release(_line));
        On(1, m => m.Pass(1000));
        On(1, m => m.Acquire(_line));

        _model.Contended.ShouldBe(0UL);
    }

    private void On(int cpu, Action<CacheModel> action)
    {
        _model.Cpu = cpu;
        action(_model);
    }
}
