// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Traces;

/// <summary>
/// Settings of a kernel's configuration as a command line has them, such as
/// "page_size=64K,dynamic" or the name of a configuration: what they name is set, and the
/// rest stays as a trace has it.
/// </summary>
public sealed class ConfigurationSettings
{
    private readonly List<Func<Trace, Trace>> _settings = [];

    private ConfigurationSettings()
    {
    }

    /// <summary>Sets nothing.</summary>
    public static ConfigurationSettings None { get; } = new();

    /// <summary>The default configuration with these settings.</summary>
    public KernelConfiguration Configuration => Apply(new Trace()).Configuration;

    /// <summary>Whether nothing is set.</summary>
    public bool IsEmpty => _settings.Count == 0;

    /// <summary>Reads settings, separated by commas or plus signs: "64K" or "page_size=64K"; a
    /// word or a key of an option, "no-" before it or "=no" behind it to switch it off; and
    /// "default", which sets all there is.</summary>
    /// <exception cref="TraceException">A setting makes no sense.</exception>
    public static ConfigurationSettings Parse(string text)
    {
        var settings = new ConfigurationSettings();
        foreach (var word in text.Split([',', '+'], StringSplitOptions.TrimEntries))
        {
            settings._settings.Add(ParseWord(word));
        }

        return settings;
    }

    /// <summary>The trace with what is set here.</summary>
    public Trace Apply(Trace trace) => IsEmpty
        ? trace
        : _settings.Aggregate(trace, (changed, set) => set(changed));

    /// <summary>The trace on a machine that has an option, or has it not.</summary>
    public static Trace With(Trace trace, KernelOption option, bool on)
    {
        var machine = trace.Machine;
        return option switch
        {
            // As much high as low memory, unless the trace knows better.
            KernelOption.Highmem => trace with
            {
                Machine = machine with
                {
                    HighmemFrom = !on ? 0
                        : machine.HighmemFrom > 0 ? machine.HighmemFrom
                        : machine.MemoryBytes / 2,
                },
            },
            KernelOption.Numa => trace with
            {
                Machine = machine with { Nodes = on ? Math.Max(machine.Nodes, 2) : 1 },
                Devices = on
                    ? trace.Devices
                    : ValueList.From(trace.Devices.Select(d => d with { Node = 0 })),
            },
            KernelOption.Xen => trace with
            {
                Machine = machine with
                {
                    Xen = !on ? XenGuest.None
                        : machine.Xen != XenGuest.None ? machine.Xen
                        : XenGuest.Pv,
                },
                Devices = on
                    ? trace.Devices
                    : ValueList.From(trace.Devices.Select(d => d with { IsOfXen = false })),
            },
            KernelOption.NonCoherent when !on => Configured(trace, option, on) with
            {
                Devices = ValueList.From(
                    trace.Devices.Select(d => d with { IsCoherent = true })),
            },
            _ => Configured(trace, option, on),
        };
    }

    private static Trace Configured(Trace trace, KernelOption option, bool on) => trace with
    {
        Machine = trace.Machine with
        {
            Configuration = trace.Machine.Configuration.With(option, on),
        },
    };

    private static Trace Default(Trace trace)
    {
        var changed = new[]
        {
            KernelOption.Highmem, KernelOption.Numa, KernelOption.NonCoherent, KernelOption.Xen,
        }.Aggregate(trace, (machine, option) => With(machine, option, false));
        return changed with
        {
            Machine = changed.Machine with { Configuration = KernelConfiguration.Default },
        };
    }

    private static Func<Trace, Trace> ParseWord(string word)
    {
        if (word == "default")
        {
            return Default;
        }

        const string pageSize = "page_size=";
        var size = word.StartsWith(pageSize, StringComparison.Ordinal)
            ? word[pageSize.Length..]
            : word;
        if (Quantity.ParseSize(size, out var bytes) is null)
        {
            return KernelConfiguration.IsPageSize(bytes)
                ? trace => trace with
                {
                    Machine = trace.Machine with
                    {
                        Configuration = trace.Machine.Configuration.WithPageBytes(bytes),
                    },
                }
                : throw new TraceException($"--config: page_size must be 4K, 16K or 64K: {size}");
        }

        var (name, on) = Split(word);
        var option = KernelOptionName.All.FirstOrDefault(o => o.Key == name || o.Word == name);
        if (option is null)
        {
            var known = KernelOptionName.All.Select(o => o.Word)
                .Concat(KernelOptionName.All.Select(o => o.Key)).Append("page_size");
            throw new TraceException(
                $"--config: no setting \"{name}\"{Suggestion.For(name, known)}; there are "
                + string.Join(", ", KernelOptionName.All.Select(o => o.Word).Prepend("page_size")));
        }

        return trace => With(trace, option.Option, on);
    }

    private static (string Name, bool On) Split(string word)
    {
        const string no = "no-";
        if (word.StartsWith(no, StringComparison.Ordinal))
        {
            return (word[no.Length..], false);
        }

        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? (word, true)
            : word[(equals + 1)..] switch
            {
                "yes" => (word[..equals], true),
                "no" => (word[..equals], false),
                _ => throw new TraceException($"--config: \"{word}\" must end in =yes or =no"),
            };
    }
}
