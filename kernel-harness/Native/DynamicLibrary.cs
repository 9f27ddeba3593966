// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.InteropServices;

namespace Dmadiff.KernelHarness.Native;

/// <summary>
/// The dynamic linker. .NET's own NativeLibrary has no say over whether a library's names are
/// seen by those loaded later, which the host library needs and kernels must not have.
/// </summary>
internal static partial class DynamicLibrary
{
    private const int RtldNow = 2;
    private const int RtldGlobal = 0x100;
    private const string LibC = "libc.so.6";

    /// <summary>Loads a library.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="global">Whether later libraries may use its names.</param>
    /// <returns>A handle, not 0.</returns>
    /// <exception cref="UserErrorException">It cannot be loaded.</exception>
    public static nint Open(string path, bool global)
    {
        nint handle = DlOpen(path, RtldNow | (global ? RtldGlobal : 0));
        return handle != 0
            ? handle
            : throw new UserErrorException(
                $"cannot load {path}: {Marshal.PtrToStringUTF8(DlError())}");
    }

    /// <summary>The address of a name in a library, or 0.</summary>
    public static nint Find(nint handle, string name) => DlSym(handle, name);

    /// <summary>Unloads a library.</summary>
    public static void Close(nint handle) => _ = DlClose(handle);

    [LibraryImport(LibC, EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint DlOpen(string path, int flags);

    [LibraryImport(LibC, EntryPoint = "dlsym", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint DlSym(nint handle, string name);

    [LibraryImport(LibC, EntryPoint = "dlerror")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint DlError();

    [LibraryImport(LibC, EntryPoint = "dlclose")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DlClose(nint handle);
}
