// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.KernelHarness.Native;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.KernelDma;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Configurations;

public class ConfiguredEngineTests
{
    [Fact]
    public void A_configuration_is_loaded_when_a_machine_asks_for_it_and_kept()
    {
        var loaded = new List<string>();
        using var engine = Engine(loaded);

        Boot(engine, KernelConfiguration.Default);
        Boot(engine, KernelConfiguration.Default);
        Boot(engine, KernelConfiguration.Default.WithPageBytes(65536));
        Boot(engine, KernelConfiguration.Default);

        loaded.ShouldBe(["default", "64K"]);
    }

    [Fact]
    public void Only_the_last_few_are_kept()
    {
        var loaded = new List<string>();
        using var engine = Engine(loaded);
        var configurations = KernelConfiguration.EachAlone.Take(ConfiguredEngine.MostLoaded + 1);

        foreach (var configuration in configurations)
        {
            Boot(engine, configuration);
        }

        Boot(engine, KernelConfiguration.EachAlone[1]);
        loaded.Count.ShouldBe(ConfiguredEngine.MostLoaded + 1);
        Boot(engine, KernelConfiguration.Default);
        loaded[^1].ShouldBe("default");
        loaded.Count.ShouldBe(ConfiguredEngine.MostLoaded + 2);
    }

    private static ConfiguredEngine Engine(List<string> loaded) => new("kernel", configuration =>
    {
        loaded.Add(configuration.Name);
        return new PortEngine(SwiotlbProfile.V6_12);
    });

    private static void Boot(ConfiguredEngine engine, KernelConfiguration configuration)
    {
        var setup = new Setup(
            new AbiMachine { MemoryBytes = 16 << 20, Cpus = 1 }, "", [], [], [])
        {
            Configuration = configuration,
        };
        engine.Boot(setup, new AbiResult[setup.StepCount]);
    }
}
