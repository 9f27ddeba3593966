// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;
using Dmadiff.KernelHarness.Build;

namespace Dmadiff.KernelHarness.Native;

/// <summary>
/// A kernel library in this process. Each one has data of its own, even when the same kernel
/// is loaded several times.
/// </summary>
internal sealed unsafe class LoadedKernel : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, nint> Hosts = new(StringComparer.Ordinal);
    private nint _handle;

    private LoadedKernel(nint handle, AbiEntryPoints entryPoints)
    {
        _handle = handle;
        EntryPoints = entryPoints;
    }

    /// <summary>Its functions. Not to be called after it is disposed.</summary>
    public AbiEntryPoints EntryPoints { get; }

    /// <summary>Loads a kernel, and before it the host library unless that is there.</summary>
    /// <exception cref="UserErrorException">It cannot be loaded, or it was compiled for
    /// another boundary between C and C# than this program has.</exception>
    public static LoadedKernel Load(KernelBuild build)
    {
        lock (Gate)
        {
            if (!Hosts.ContainsKey(build.HostLibraryPath))
            {
                Hosts.Add(
                    build.HostLibraryPath,
                    DynamicLibrary.Open(build.HostLibraryPath, global: true));
            }
        }

        nint handle = OpenPrivateCopy(build.LibraryPath);
        try
        {
            AbiEntryPoints entryPoints = AbiEntryPoints.Resolve(
                name => DynamicLibrary.Find(handle, name));
            uint rows;
            AbiLayout* table = entryPoints.AbiLayout(&rows);
            CheckLayout(new ReadOnlySpan<AbiLayout>(table, checked((int)rows)), build.Name);
            return new LoadedKernel(handle, entryPoints);
        }
        catch (EntryPointNotFoundException e)
        {
            DynamicLibrary.Close(handle);
            throw new UserErrorException($"{build.Name}: {e.Message}", e);
        }
        catch
        {
            DynamicLibrary.Close(handle);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle != 0)
        {
            DynamicLibrary.Close(_handle);
            _handle = 0;
        }
    }

    /// <summary>The dynamic linker gives a file that is loaded already a second time, with
    /// the data it has; only another file is another machine.</summary>
    private static nint OpenPrivateCopy(string library)
    {
        string copy = Path.Combine(
            Path.GetDirectoryName(library)!,
            $"loading-{Environment.ProcessId}-{Guid.NewGuid():N}.so");
        try
        {
            File.Copy(library, copy);
            return DynamicLibrary.Open(copy, global: false);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>Compares a library's own table of sizes and offsets with C#'s.</summary>
    /// <exception cref="UserErrorException">They differ.</exception>
    internal static void CheckLayout(ReadOnlySpan<AbiLayout> table, string name)
    {
        var rows = new Dictionary<string, (uint Offset, uint Size)>(StringComparer.Ordinal);
        foreach (AbiLayout row in table)
        {
            rows[row.Name.ToString()] = (row.Offset, row.Size);
        }

        IReadOnlyList<string> differences = AbiLayout.Compare(rows);
        if (differences.Count > 0)
        {
            throw new UserErrorException(
                $"{name}: its boundary is not this program's: {string.Join("; ", differences)}");
        }
    }
}
