// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.BindingsGenerator;

/// <summary>The command: <c>Dmadiff.BindingsGenerator HEADER OUTPUT_DIR</c>.</summary>
public static class Program
{
    /// <summary>Exit code for a usage error, a bad header, or a missing clang.</summary>
    public const int BadInput = 2;

    private const string Usage =
        """
        usage: Dmadiff.BindingsGenerator HEADER OUTPUT_DIR
        Writes C# for HEADER to OUTPUT_DIR, and the C table of sizes and offsets
        next to HEADER.
        """;

    /// <summary>Runs the generator.</summary>
    /// <param name="args">The header, and the folder that the C# goes to.</param>
    /// <returns>0, or <see cref="BadInput"/> with a message on standard error.</returns>
    public static int Main(string[] args) => Run(args, Console.Error);

    /// <summary>Runs the generator with messages to <paramref name="error"/>.</summary>
    /// <param name="args">The header, and the folder that the C# goes to.</param>
    /// <param name="error">Where messages go.</param>
    /// <returns>0, or <see cref="BadInput"/>.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter error)
    {
        if (args.Count != 2)
        {
            error.WriteLine(Usage);
            return BadInput;
        }

        try
        {
            new Generator(new Parse.Clang("clang")).Run(args[0], args[1]);
            return 0;
        }
        catch (GeneratorException e)
        {
            error.WriteLine(e.Message);
            return BadInput;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"cannot write the bindings: {e.Message}");
            return BadInput;
        }
    }
}
