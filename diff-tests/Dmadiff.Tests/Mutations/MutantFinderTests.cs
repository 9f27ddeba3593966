// SPDX-License-Identifier: GPL-2.0-only
using System.Text;
using Dmadiff.Diff.Mutations;
using Dmadiff.Diff.Traces;
using Dmadiff.Tests.RealKernels;
using Dmadiff.Tests.Style;
using Shouldly;
using Xunit;

namespace Dmadiff.Tests.Mutations;

/// <summary>Where mistakes can be put, by words and statements and not by lines.</summary>
[Collection(nameof(KernelsCollection))]
public sealed class MutantFinderTests(Kernels kernels)
{
    private const string File = "a.c";

    private const string Text = """
        #define TWICE(x) ((x) + \
                          (x)) /* not + this */
        struct pair { int left; int right; };
        static const char *sum = "1 + 2";

        static void take(struct pair *p, int count)
        {
        	int *left = &p->left;
        	unsigned long flags = -1;

        	spin_lock_irqsave(&p->lock, flags); // and not < this
        	for_each_pair(p, count) {
        		if (count < 3 &&
        		    !p->right)
        			p->right |= count & ~7;
        	}
        	for_each_other(p, count)
        		flush_pair(p);
        	*left = '"' + (int)-count;
        	spin_unlock_irqrestore(&p->lock, flags);
        }

        struct pair *first(void)
        {
        	return NULL;
        }
        """;

    private static readonly string Kernel = Text.Replace("\r", string.Empty);

    [Fact]
    public void Every_class_of_mistake_has_its_places()
    {
        Edits(MutationKind.Comparison).ShouldBe(["count < 3 -> count <= 3"]);
        Edits(MutationKind.Logic).ShouldBe(["3 && -> 3 ||"]);
        Edits(MutationKind.OffByOne).ShouldBe(["1 -> 2", "3 -> 4", "7 -> 8"]);
        Edits(MutationKind.Mask).ShouldBe(["|= -> &=", "count & ~ -> count | ~", "~7 ->  7"]);
        Edits(MutationKind.Arithmetic).ShouldBe(["'\"' + -> '\"' -"]);
        Edits(MutationKind.Negation).Length.ShouldBe(2);
        Of(MutationKind.DroppedLock).Select(m => m.Line).ShouldBe([11, 20]);
        Of(MutationKind.DroppedFlush).Select(m => m.Line).ShouldBe([18]);
        Of(MutationKind.DroppedAssignment).Select(m => m.Before)
            .ShouldBe(["p->right |= count & ~7;", "*left = '\"' + (int)-count;"]);
        Of(MutationKind.EarlyReturn).Select(m => m.Function + m.Replacement)
            .ShouldBe(["take return;", "first return 0;"]);
        Of(MutationKind.SwappedArguments).Select(m => m.Replacement)
            .ShouldBe(["flags, & p -> lock", "count, p", "count, p", "flags, & p -> lock"]);
    }

    [Fact]
    public void A_change_leaves_all_lines_where_they_are()
    {
        int lines = Kernel.Count(c => c == '\n');
        MutantFinder.In(File, Kernel).ShouldAllBe(
            m => m.Apply(Kernel).Count(c => c == '\n') == lines && m.Apply(Kernel) != Kernel);
    }

    [Fact]
    public void Any_revision_has_hundreds_of_them()
    {
        foreach (string kernel in new[] { Kernels.Old, Kernels.New })
        {
            foreach (string file in new[]
            {
                "kernel/dma/swiotlb.c", "drivers/iommu/iova.c", "drivers/iommu/dma-iommu.c",
            })
            {
                IReadOnlyList<Mutant> found = Find(kernel, file);
                found.Count.ShouldBeGreaterThan(400, file);
                found.Select(m => m.Kind).Distinct().Count().ShouldBeGreaterThan(10, file);
            }
        }
    }

    [Fact]
    public void Every_change_that_is_argued_to_be_none_is_one_of_them()
    {
        string path = Path.Combine(SourceTree.Root, "diff-tests/mutants/equivalent.txt");
        var list = EquivalentMutants.Parse(System.IO.File.ReadAllText(path), path);
        list.Keys.Count.ShouldBeGreaterThan(10);
        foreach (IGrouping<string, string> file in list.Keys.GroupBy(k => k.Split(' ')[0]))
        {
            file.Except(Find(Kernels.New, file.Key).Select(m => m.Key)).ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("a.c f: x -> y\n", "list:1:1: there is no reason below it, indented")]
    [InlineData("a -> b\n  why\na -> b\n  why\n", "list:3:1: this change is there twice")]
    public void A_list_of_equivalents_has_to_make_sense(string text, string complaint) =>
        Should.Throw<TraceException>(() => EquivalentMutants.Parse(text, "list"))
            .Message.ShouldBe(complaint);

    private static IEnumerable<Mutant> Of(MutationKind kind) =>
        MutantFinder.In(File, Kernel).Where(m => m.Kind == kind);

    // The word itself, with the one before it where that tells more.
    private static string[] Edits(MutationKind kind) =>
    [
        .. Of(kind).Select(m =>
        {
            int from = m.Start;
            string old = Kernel.Substring(m.Start, m.Length);
            bool isOperator = m.Length <= 2 && !char.IsLetterOrDigit(old[0]);
            string before = isOperator && old is not ("|=" or "~")
                ? Kernel[..from].TrimEnd().Split(' ', '(', '\t', '\n')[^1] + " "
                : string.Empty;
            string after = old is "<" ? " 3" : old is "&" ? " ~" : old is "~" ? "7" : string.Empty;
            return $"{before}{old}{after} -> {before}{m.Replacement}{after}";
        }),
    ];

    private IReadOnlyList<Mutant> Find(string kernel, string file) => MutantFinder.In(
        file, Encoding.UTF8.GetString(kernels[kernel].Tree.ReadFile(file)!));
}
