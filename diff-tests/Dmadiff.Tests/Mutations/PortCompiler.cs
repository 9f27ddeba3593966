// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Dmadiff.Bindings;
using Dmadiff.KernelHarness.Running;
using Dmadiff.ManagedPort.Engine;
using Dmadiff.ManagedPort.Iommu;
using Dmadiff.ManagedPort.Iova;
using Dmadiff.ManagedPort.KernelDma;
using Dmadiff.Tests.KernelHarness;
using Dmadiff.Tests.Style;

namespace Dmadiff.Tests.Mutations;

/// <summary>
/// Compiles the port's sources with an edit, by the compiler of the SDK that built the tests,
/// and loads the result beside the real one. The port itself knows nothing of it.
/// </summary>
internal sealed class PortCompiler : IDisposable
{
    private const string Name = "Dmadiff.ManagedPort";
    private static readonly string[] KernelCode =
        ["/KernelDma/", "/Iova/", "/Iommu/", "/Xen/", "/IoBufferPool/"];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private readonly TemporaryFolder _folder = new();
    private int _count;

    /// <summary>Compiles the port with a mutation, or as it is.</summary>
    /// <exception cref="InvalidOperationException">The mutation's place is not there once, or
    /// what comes of it does not compile.</exception>
    public Assemblies Compile(PortMutation? mutation)
    {
        string folder = $"port{Interlocked.Increment(ref _count)}";
        string root = Path.Combine(SourceTree.Root, "managed-port");
        var sources = SourceTree.Files
            .Where(f => f.StartsWith("managed-port/") && f.EndsWith(".cs"))
            .ToDictionary(f => f, f => File.ReadAllText(Path.Combine(SourceTree.Root, f)));
        if (mutation is not null)
        {
            string[] places =
            [
                .. sources.Where(s => KernelCode.Any(s.Key.Contains))
                    .SelectMany(s => Matches(s.Value, mutation).Select(_ => s.Key)),
            ];
            if (places.Length != 1)
            {
                throw new InvalidOperationException(
                    $"\"{mutation.Pattern}\" is {places.Length} times in {root}, not once");
            }

            sources[places[0]] = Regex.Replace(
                sources[places[0]], mutation.Pattern, mutation.Replacement,
                RegexOptions.None, Limit);
        }

        foreach ((string path, string text) in sources)
        {
            _folder.Write($"{folder}/{path}", text);
        }

        return new Assemblies(Run(folder));
    }

    public void Dispose() => _folder.Dispose();

    private static MatchCollection Matches(string text, PortMutation mutation) =>
        Regex.Matches(text, mutation.Pattern, RegexOptions.None, Limit);

    private string Run(string folder)
    {
        const string implicitUsings = """
            global using System;
            global using System.Collections.Generic;
            global using System.IO;
            global using System.Linq;
            global using System.Threading;
            """;
        _folder.Write($"{folder}/Usings.cs", implicitUsings);
        string output = _folder[$"{folder}/{Name}.dll"];
        string references = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        string[] arguments =
        [
            "-target:library", "-unsafe", "-optimize", "-nullable:enable", "-nologo",
            "-langversion:latest", "-nostdlib", $"-out:{output}",
            $"-recurse:{_folder[folder]}/*.cs",
            .. Generators().Select(g => $"-analyzer:{g}"),
            .. references.Split(Path.PathSeparator)
                .Where(r => Path.GetFileNameWithoutExtension(r) != Name)
                .Select(r => $"-reference:{r}"),
        ];
        string response = _folder.Write(
            $"{folder}/compile.rsp", string.Join('\n', arguments.Select(a => $"\"{a}\"")));
        ToolResult result = Tool.Run(
            "dotnet", [Compiler(), "-noconfig", $"@{response}"], CancellationToken.None);
        return result.ExitCode == 0
            ? output
            : throw new InvalidOperationException("does not compile: " + result.Output);
    }

    private static string Compiler() =>
        Path.Combine(Newest("sdk", "Roslyn/bincore/csc.dll"), "csc.dll");

    /// <summary>What writes the bodies of LibraryImport's methods.</summary>
    private static string[] Generators() => Directory.GetFiles(
        Newest("packs/Microsoft.NETCore.App.Ref", "analyzers/dotnet/cs/*Interop*.dll"), "*.dll");

    /// <summary>The folder with a file, in the newest version of a part of .NET.</summary>
    private static string Newest(string part, string file)
    {
        // shared/Microsoft.NETCore.App/VERSION/ below the folder that has the parts as well.
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string dotnet = Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        string inside = Path.GetDirectoryName(file)!;
        return Directory.GetDirectories(Path.Combine(dotnet, part))
            .Order(StringComparer.Ordinal)
            .Select(version => Path.Combine(version, inside))
            .Where(Directory.Exists)
            .Last(f => Directory.GetFiles(f, Path.GetFileName(file)).Length > 0);
    }

    /// <summary>A port that was compiled here.</summary>
    internal sealed class Assemblies(string path)
    {
        private readonly System.Reflection.Assembly _port =
            new AssemblyLoadContext(Path.GetDirectoryName(path)).LoadFromAssemblyPath(path);

        /// <summary>A machine that runs it.</summary>
        /// <param name="profile">Name of a static property of its profiles.</param>
        public IEngine Engine(string profile) => Create(Value<SwiotlbProfile>(profile));

        /// <summary>A machine that runs it.</summary>
        /// <param name="profile">Name of a static property of the profiles of swiotlb.</param>
        /// <param name="iova">Of those of IOVA domains.</param>
        /// <param name="iommu">Of those of the IOMMU core.</param>
        public IEngine Engine(string profile, string iova, string iommu) => Create(
            Value<SwiotlbProfile>(profile), Value<IovaProfile>(iova), Value<IommuProfile>(iommu));

        private object Value<T>(string name) =>
            _port.GetType(typeof(T).FullName!)!.GetProperty(name)!.GetValue(null)!;

        private IEngine Create(params object[] profiles) =>
            (IEngine)Activator.CreateInstance(
                _port.GetType(typeof(PortEngine).FullName!)!, profiles)!;
    }
}
