// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Bindings;
using Dmadiff.KernelHarness.Build;
using Dmadiff.KernelHarness.Git;

namespace Dmadiff.Tests.KernelHarness;

/// <summary>
/// A kernel of three files and a harness of two, with all that the build does to real ones.
/// Each operation of its machine counts up.
/// </summary>
internal sealed class ToyHarness : IDisposable
{
    private const string KernelSource = """
        #include <linux/toy.h>
        #include <asm/generic.h>
        #include <asm/own.h>
        #include "private.h"

        static int counter = PRIVATE_START;

        int toy_step(int *fault)
        {
        	if (fault)
        		return deref(fault);
        	return counter++ + GENERIC + OWN + FEATURE;
        }

        """;

    private const string InterpreterSource = """
        #include <dlfcn.h>
        #include <string.h>
        #include "dmadiff_abi.h"

        #define EXPORT __attribute__((visibility("default")))
        int toy_step(int *fault);
        int toy_rare_service(int);
        void toy_host_shutdown(void);
        extern const char __ehdr_start[] __attribute__((visibility("hidden")));
        extern const char toy_mark[] __attribute__((visibility("hidden")));

        void dmd_missing_service(const char *name)
        {
        	for (;;)
        		;
        }

        EXPORT const char *toy_file(void)
        {
        	return __FILE__;
        }

        EXPORT int32_t dmd_boot(const struct dmd_machine *machine, const char *cmdline,
        	const struct dmd_pool *pools, uint32_t pool_count,
        	const struct dmd_device *devices, uint32_t device_count,
        	const struct dmd_buffer *buffers, uint32_t buffer_count,
        	struct dmd_result *results)
        {
        	uint32_t n = 2 + pool_count + device_count + buffer_count;

        	if (machine->cpus > 128)
        		return -12;
        	memset(results, 0, n * sizeof(*results));
        	results[0].value = strlen(cmdline);
        	results[1].value = buffer_count ? buffers[0].bytes : 0;
        	return 0;
        }

        EXPORT void dmd_run(const struct dmd_op *ops, uint32_t count,
        	struct dmd_result *results)
        {
        	for (uint32_t i = 0; i < count; i++) {
        		if (ops[i].arg == 99)
        			toy_rare_service(1);
        		results[i].value = toy_step(NULL) + ops[i].arg;
        	}
        }

        EXPORT uint32_t dmd_read_pool(uint32_t pool, struct dmd_pool_state *state)
        {
        	state->nareas = 3;
        	return pool == 0;
        }

        EXPORT uint32_t dmd_read_areas(uint32_t pool, struct dmd_area_state *areas,
        	uint32_t capacity)
        {
        	for (uint32_t i = 0; i < capacity; i++)
        		areas[i].used = i;
        	return capacity;
        }

        EXPORT uint32_t dmd_read_iova_domain(uint32_t domain,
        	struct dmd_iova_domain_state *state)
        {
        	return 0;
        }

        EXPORT uint32_t dmd_read_iova_nodes(uint32_t domain, uint64_t first,
        	struct dmd_iova_node_state *nodes, uint32_t capacity)
        {
        	return 0;
        }

        EXPORT uint32_t dmd_read_iova_magazines(uint32_t domain,
        	struct dmd_iova_magazine_state *magazines, uint32_t capacity)
        {
        	return 0;
        }

        EXPORT uint32_t dmd_read_leaks(struct dmd_leak *leaks, uint32_t capacity)
        {
        	return 0;
        }

        EXPORT uint32_t dmd_read_covered_functions(uint32_t first,
        	struct dmd_covered_function *functions, uint32_t capacity)
        {
        	return 0;
        }

        EXPORT uint32_t dmd_read_counters(uint64_t *counters, uint32_t capacity)
        {
        	return 0;
        }

        EXPORT uint32_t dmd_read_slots(uint32_t pool, uint64_t first,
        	struct dmd_slot_state *slots, uint32_t capacity)
        {
        	slots[0].alloc_size = first;
        	return 1;
        }

        EXPORT uint32_t dmd_read_log(uint32_t first_line, uint8_t *text, uint32_t capacity)
        {
        	uint32_t length = 0;

        	for (uint32_t i = first_line; i < 5000 && length + 100 <= capacity; i++) {
        		memset(text + length, 'a' + i % 26, 99);
        		text[length + 99] = '\n';
        		length += 100;
        	}
        	return length;
        }

        EXPORT uint32_t dmd_read_crash(struct dmd_crash *crash)
        {
        	crash->kind = DMD_CRASH_SIGNAL;
        	crash->signal = 11;
        	crash->fault_address = 0x18;
        	crash->library_offset = toy_mark - __ehdr_start;
        	return 1;
        }

        EXPORT uint32_t dmd_read_memory(uint64_t address, uint8_t *bytes, uint32_t capacity)
        {
        	memset(bytes, (int)address, capacity);
        	return capacity;
        }

        EXPORT uint32_t dmd_read_behind_caches(
        	uint64_t address, uint8_t *bytes, uint32_t capacity)
        {
        	return dmd_read_memory(address, bytes, capacity);
        }

        EXPORT void dmd_shutdown(void)
        {
        	toy_host_shutdown();
        }

        static const struct dmd_layout rows[] = {
        ROWS
        };

        EXPORT const struct dmd_layout *dmd_abi_layout(uint32_t *count)
        {
        	*count = sizeof(rows) / sizeof(rows[0]);
        	return rows;
        }

        """;

    private const string Plan = """
        {
          "flags": [
            "-O1", "-g", "-fPIC", "-fcf-protection=none", "-include", "dmd_features.h",
            "-I{build}/include", "-I{harness}/overlay", "-I{tree}/include",
            "-I{harness}/abi"
          ],
          "groups": [
            { "flags": ["-Wall"], "units": ["{tree}/kernel/dma/toy.c"] },
            { "flags": [], "units": ["{harness}/interpreter/toy.c"] }
          ],
          "hostUnits": ["host/toy.c"],
          "hostFlags": ["-O1"],
          "linkFlags": ["-nostdlib", "-Wl,-Bsymbolic"],
          "missingServices": ["toy_known_to_be_missing", "toy_step"],
          "libcSymbols": ["memset", "strlen"]
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly KernelRepository _repository;

    public ToyHarness()
    {
        WriteHarness();
        _folder.Write("linux/include/linux/kernel.h", "/* kernel */\n");
        _folder.Write("linux/include/linux/toy.h", """
            static inline __attribute__((always_inline)) int deref(int *p)
            {
            	__asm__ volatile(".globl toy_mark\n.hidden toy_mark\ntoy_mark:");
            	return *p;
            }
            #define HAS_FEATURE

            """);
        _folder.Write("linux/include/asm-generic/generic.h", "#define GENERIC 100\n");
        _folder.Write("linux/include/uapi/asm-generic/own.h", "#error must not be used\n");
        _folder.Write("linux/include/drm/huge.h", "left out\n");
        _folder.Write("linux/kernel/dma/private.h", "#define PRIVATE_START 5\n");
        _folder.Write("linux/kernel/dma/toy.c", KernelSource);
        _folder.Commit("linux", "toy");
        _repository = KernelRepository.Open(_folder["linux"]);
    }

    /// <summary>What the first operation of a fresh machine gives.</summary>
    public const int FirstValue = 5 + 100 + 20 + 1000;

    public TemporaryFolder Folder => _folder;

    public ISourceTree Tree => _repository.Resolve("HEAD");

    public ISourceTree Edited(string path, string from, string to)
    {
        string text = Encoding.UTF8.GetString(Tree.ReadFile(path)!);
        if (!text.Contains(from))
        {
            throw new ArgumentException($"{path} has no {from}", nameof(from));
        }

        return new EditedTree(
            Tree, new Dictionary<string, string> { [path] = text.Replace(from, to) });
    }

    public KernelBuild Build(ISourceTree? tree = null, string cache = "cache") =>
        new KernelBuilder(new(_folder[cache]), _folder["harness"])
            .Build(tree ?? Tree, CancellationToken.None);

    public void Dispose()
    {
        _repository.Dispose();
        _folder.Dispose();
    }

    private void WriteHarness()
    {
        string abi = Path.Combine(AppContext.BaseDirectory, "kernel-harness", "abi");
        foreach (string header in Directory.GetFiles(abi, "*.h"))
        {
            _folder.Write("harness/abi/" + Path.GetFileName(header), File.ReadAllText(header));
        }

        _folder.Write("harness/build.json", Plan);
        _folder.Write("harness/overlay/asm/own.h", "#define OWN 20\n");
        _folder.Write("harness/probes/features.txt",
            "FEATURE_FOUND include/linux/toy.h #define HAS_FEATURE\n");
        string rows = string.Concat(AbiLayout.Rows.Select(
            r => $"\t{{ \"{r.Key}\", {r.Value.Offset}, {r.Value.Size} }},\n"));
        string feature = "#ifdef FEATURE_FOUND\n#define FEATURE 1000\n#endif\n";
        _folder.Write("harness/overlay/asm/own.h", "#define OWN 20\n" + feature);
        _folder.Write("harness/interpreter/toy.c", InterpreterSource.Replace("ROWS", rows));
        _folder.Write("harness/host/toy.c", """
            static int shutdowns;

            void toy_host_shutdown(void)
            {
            	shutdowns++;
            }

            int toy_host_shutdowns(void)
            {
            	return shutdowns;
            }

            """);
    }
}
