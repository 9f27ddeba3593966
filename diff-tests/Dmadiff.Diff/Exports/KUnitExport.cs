// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Diff.Traces;

namespace Dmadiff.Diff.Exports;

/// <summary>A trace as a KUnit test in the style of the kernel: a draft to be adapted and
/// posted. What a driver cannot do is left as a comment.</summary>
public static class KUnitExport
{
    private const string Helpers = """
        /* What a device finds at an address that it was given. */
        static u8 *bus_to_virt_of(struct device *dev, dma_addr_t addr)
        {
        	return phys_to_virt(dma_to_phys(dev, addr));
        }

        static u8 pattern(u8 seed, size_t i)
        {
        	return seed * 31 + i * 7 + (i >> 8);
        }

        static void fill(u8 *start, size_t size, u8 seed)
        {
        	for (size_t i = 0; i < size; i++)
        		start[i] = pattern(seed, i);
        }

        /* How many bytes are not those of the pattern, from its byte @skip on. */
        static size_t wrong_bytes(const u8 *start, size_t size, u8 seed, size_t skip)
        {
        	size_t wrong = 0;

        	for (size_t i = 0; i < size; i++)
        		wrong += start[i] != pattern(seed, skip + i);
        	return wrong;
        }

        static struct device *make_device(struct kunit *test, const char *name,
        				  u64 mask, u32 min_align_mask,
        				  unsigned long seg_boundary,
        				  unsigned int max_seg_size)
        {
        	struct device *dev = kunit_device_register(test, name);

        	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
        	dev->dma_parms = kunit_kzalloc(test, sizeof(*dev->dma_parms),
        				       GFP_KERNEL);
        	KUNIT_ASSERT_NOT_NULL(test, dev->dma_parms);
        	KUNIT_ASSERT_EQ(test, dma_coerce_mask_and_coherent(dev, mask), 0);
        	dma_set_min_align_mask(dev, min_align_mask);
        	dma_set_seg_boundary(dev, seg_boundary);
        	dma_set_max_seg_size(dev, max_seg_size);
        	return dev;
        }

        static u8 *make_buffer(struct kunit *test, size_t size)
        {
        	u8 *buffer = kunit_kzalloc(test, roundup_pow_of_two(size), GFP_KERNEL);

        	KUNIT_ASSERT_NOT_NULL(test, buffer);
        	return buffer;
        }

        """;

    /// <summary>The file.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="name">What the test is called: letters, digits and underscores.</param>
    public static string Render(Trace trace, string name)
    {
        var text = new StringBuilder();
        text.Append("// SPDX-License-Identifier: GPL-2.0-only\n/*\n")
            .Append(" * Draft of a KUnit test, made by dmadiff from this trace:\n *\n")
            .Append(CInitializer.Comment(TracePrinter.Print(trace)));
        if (trace.Cmdline.Length > 0)
        {
            text.Append(" *\n * Boot with: ").Append(trace.Cmdline).Append('\n');
        }

        text.Append(" */\n");
        foreach (var header in new[]
        {
            "kunit/device.h", "kunit/test.h", "linux/dma-direct.h", "linux/dma-mapping.h",
            "linux/log2.h", "linux/module.h", "linux/scatterlist.h", "linux/string.h",
        })
        {
            text.Append("#include <").Append(header).Append(">\n");
        }

        text.Append('\n').Append(Helpers).Append('\n');
        new KUnitBody(trace).Write(text, name);
        return text.Append("static struct kunit_case ").Append(name).Append("_cases[] = {\n")
            .Append("\tKUNIT_CASE(").Append(name).Append("_test),\n\t{}\n};\n\n")
            .Append("static struct kunit_suite ").Append(name).Append("_suite = {\n")
            .Append("\t.name = \"").Append(name).Append("\",\n")
            .Append("\t.test_cases = ").Append(name).Append("_cases,\n};\n")
            .Append("kunit_test_suite(").Append(name).Append("_suite);\n\n")
            .Append("MODULE_DESCRIPTION(\"Test made of a trace of dmadiff\");\n")
            .Append("MODULE_LICENSE(\"GPL\");\n")
            .ToString();
    }
}
