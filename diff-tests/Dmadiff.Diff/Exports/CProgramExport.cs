// SPDX-License-Identifier: GPL-2.0-only
using System.Globalization;
using System.Text;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Exports;

/// <summary>A trace as a C program that runs a kernel library without dmadiff.</summary>
public static class CProgramExport
{
    private const string Body = """
        static void *library(const char *path, int flags)
        {
        	void *handle = dlopen(path, RTLD_NOW | flags);

        	if (!handle) {
        		fprintf(stderr, "%s\n", dlerror());
        		exit(2);
        	}
        	return handle;
        }

        static void find(void *handle, const char *name, void *function)
        {
        	void *address = dlsym(handle, name);

        	if (!address) {
        		fprintf(stderr, "%s\n", dlerror());
        		exit(2);
        	}
        	memcpy(function, &address, sizeof(address));
        }

        static void print(const struct dmd_result *result, const char *line)
        {
        	printf("%2u %4d 0x%-12llx %s\n", result->status, result->error,
        	       (unsigned long long)result->value, line);
        }

        static int broken_expectations(const struct dmd_result *results)
        {
        	int broken = 0;

        	for (size_t i = 0; i < EXPECTATION_COUNT; i++) {
        		const struct dmd_result *result =
        			&results[expectations[i].op];
        		uint64_t actual = expectations[i].is_value ?
        					  result->value :
        					  result->status;

        		if (actual == expectations[i].expected)
        			continue;
        		printf("expected %llu, not %llu: %s\n",
        		       (unsigned long long)expectations[i].expected,
        		       (unsigned long long)actual,
        		       lines[expectations[i].op]);
        		broken = 1;
        	}
        	return broken;
        }

        int main(int argc, char **argv)
        {
        	static struct dmd_result booted[BOOT_STEPS];
        	static struct dmd_result results[OP_COUNT];
        	__typeof__(&dmd_boot) boot;
        	__typeof__(&dmd_run) run;
        	__typeof__(&dmd_read_log) read_log;
        	__typeof__(&dmd_read_crash) read_crash;
        	static uint8_t text[1 << 20];
        	struct dmd_crash crash;
        	void *kernel;
        	int error;

        	if (argc != 3) {
        		fprintf(stderr, "usage: %s HOST.so KERNEL.so\n", argv[0]);
        		return 2;
        	}
        	library(argv[1], RTLD_GLOBAL);
        	kernel = library(argv[2], RTLD_LOCAL);
        	find(kernel, "dmd_boot", &boot);
        	find(kernel, "dmd_run", &run);
        	find(kernel, "dmd_read_log", &read_log);
        	find(kernel, "dmd_read_crash", &read_crash);
        	error = boot(&machine, cmdline, pools, POOL_COUNT, devices,
        		     DEVICE_COUNT, buffers, BUFFER_COUNT, booted);
        	if (error) {
        		fprintf(stderr, "cannot boot: %s\n", strerror(-error));
        		return 2;
        	}
        	run(ops, OP_COUNT, results);
        	for (size_t i = 0; i < OP_COUNT; i++)
        		print(&results[i], lines[i]);
        	printf("%.*s", (int)read_log(0, text, sizeof(text)),
        	       (const char *)text);
        	if (read_crash(&crash)) {
        		printf("crash: %s %s:%u %s\n", crash.function, crash.file,
        		       crash.line, crash.message);
        		return 1;
        	}
        	return broken_expectations(results);
        }

        """;

    /// <summary>The program. It prints status, error and value of each operation, then the log;
    /// its exit status is 1 when the machine dies or an expectation does not hold.</summary>
    /// <param name="trace">The trace.</param>
    public static string Render(Trace trace)
    {
        var lowered = TraceLowering.Lower(trace);
        var text = new StringBuilder();
        text.Append("/* SPDX-License-Identifier: GPL-2.0-only */\n/*\n")
            .Append(" * A trace of dmadiff as a program:\n *\n")
            .Append(CInitializer.Comment(TracePrinter.Print(trace)))
            .Append(" *\n * gcc -I kernel-harness/abi -o repro repro.c -ldl\n")
            .Append(" * ./repro HOST.so KERNEL.so\n */\n#define _GNU_SOURCE\n")
            .Append("#include \"dmadiff_abi.h\"\n\n#include <dlfcn.h>\n#include <stdio.h>\n")
            .Append("#include <stdlib.h>\n#include <string.h>\n\n");
        var setup = lowered.Setup;
        Constant(text, "POOL_COUNT", setup.Pools.Length);
        Constant(text, "DEVICE_COUNT", setup.Devices.Length);
        Constant(text, "BUFFER_COUNT", setup.Buffers.Length);
        Constant(text, "BOOT_STEPS", setup.StepCount);
        Constant(text, "OP_COUNT", lowered.Ops.Length);
        Constant(text, "EXPECTATION_COUNT", lowered.Expectations.Count);
        text.Append(CultureInfo.InvariantCulture,
            $"\nstatic const struct dmd_machine machine = {CInitializer.Of(setup.Machine)};\n")
            .Append("static const char cmdline[] = ").Append(CInitializer.Text(setup.Cmdline))
            .Append(";\n");
        Table(text, "struct dmd_pool pools", setup.Pools.Select(CInitializer.Of));
        Table(text, "struct dmd_device devices", setup.Devices.Select(CInitializer.Of));
        Table(text, "struct dmd_buffer buffers", setup.Buffers.Select(CInitializer.Of));
        Table(text, "struct dmd_op ops", lowered.Ops.ToArray().Select(CInitializer.Of));
        Table(text, "char *const lines", Enumerable.Range(0, lowered.Ops.Length).Select(
            i => CInitializer.Text(lowered.OperationOf(i) is { } operation
                ? TracePrinter.Print(operation)
                : "check")));
        text.Append("static const struct {\n\tuint32_t op;\n\tuint32_t is_value;\n")
            .Append("\tuint64_t expected;\n} expectations[] = {\n");
        foreach (var expectation in lowered.Expectations)
        {
            var isValue = expectation.Field == ExpectationField.Value ? 1 : 0;
            text.Append(CultureInfo.InvariantCulture,
                $"\t{{{expectation.Op}, {isValue}, {CInitializer.Number(expectation.Expected)}}},\n");
        }

        // No array is without elements.
        return text.Append("\t{0, 0, 0},\n};\n\n").Append(Body).ToString();
    }

    private static void Constant(StringBuilder text, string name, int value) =>
        text.Append(CultureInfo.InvariantCulture, $"#define {name} {value}u\n");

    private static void Table(StringBuilder text, string declaration, IEnumerable<string> rows)
    {
        var all = rows.ToList();
        text.Append("static const ").Append(declaration).Append("[] = {\n");
        foreach (var row in all.Count > 0 ? all : ["{0}"])
        {
            text.Append('\t').Append(row).Append(",\n");
        }

        text.Append("};\n");
    }
}
