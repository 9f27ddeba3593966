// SPDX-License-Identifier: GPL-2.0-only
using Dmadiff.Bindings;

namespace Dmadiff.Diff.Traces;

/// <summary>The words that traces and reports have for values of the ABI.</summary>
public static class TraceWords
{
    private static readonly (AbiDirection Value, string Word)[] DirectionTable =
    [
        (AbiDirection.Bidirectional, "bidirectional"),
        (AbiDirection.ToDevice, "to_device"),
        (AbiDirection.FromDevice, "from_device"),
    ];

    private static readonly (AbiStatus Value, string Word)[] StatusTable =
    [
        (AbiStatus.Ok, "ok"),
        (AbiStatus.MappingError, "mapping_error"),
        (AbiStatus.Errno, "errno"),
        (AbiStatus.Skipped, "skipped"),
        (AbiStatus.BusError, "bus_error"),
        (AbiStatus.Crash, "crash"),
        (AbiStatus.Dead, "dead"),
        (AbiStatus.BadOp, "bad_op"),
        (AbiStatus.Encrypted, "encrypted"),
    ];

    private static readonly (AbiDebugfsFile Value, string Word)[] FileTable =
    [
        (AbiDebugfsFile.Nslabs, "nslabs"),
        (AbiDebugfsFile.Used, "used"),
        (AbiDebugfsFile.UsedHiwater, "used_hiwater"),
        (AbiDebugfsFile.TransientNslabs, "transient_nslabs"),
        (AbiDebugfsFile.PoolSizeDma, "pool_size_dma"),
        (AbiDebugfsFile.PoolSizeDma32, "pool_size_dma32"),
        (AbiDebugfsFile.PoolSizeKernel, "pool_size_kernel"),
    ];

    private static readonly (AbiIotlbCount Value, string Word)[] IotlbCountTable =
    [
        (AbiIotlbCount.Stale, "stale"),
        (AbiIotlbCount.Reused, "reused"),
        (AbiIotlbCount.Absent, "absent"),
        (AbiIotlbCount.Mapped, "mapped"),
        (AbiIotlbCount.Flushes, "flushes"),
        (AbiIotlbCount.MapCalls, "map_calls"),
    ];

    private static readonly (AbiIommuMode Value, string Word)[] IommuModeTable =
    [
        (AbiIommuMode.Strict, "strict"),
        (AbiIommuMode.Lazy, "lazy"),
        (AbiIommuMode.Passthrough, "passthrough"),
    ];

    /// <summary>Every count of an IOTLB.</summary>
    public static IEnumerable<string> IotlbCounts => IotlbCountTable.Select(row => row.Word);

    /// <summary>Every mode of an IOMMU.</summary>
    public static IEnumerable<string> IommuModes => IommuModeTable.Select(row => row.Word);

    /// <summary>The word for a count of an IOTLB.</summary>
    public static string Of(AbiIotlbCount value) => WordOf(IotlbCountTable, value);

    /// <summary>The word for a mode of an IOMMU.</summary>
    public static string Of(AbiIommuMode value) => WordOf(IommuModeTable, value);

    /// <summary>Reads a count of an IOTLB; false when there is no such word.</summary>
    public static bool TryParse(string word, out AbiIotlbCount value) =>
        Find(IotlbCountTable, word, out value);

    /// <summary>Reads a mode of an IOMMU; false when there is no such word.</summary>
    public static bool TryParse(string word, out AbiIommuMode value) =>
        Find(IommuModeTable, word, out value);

    /// <summary>Every direction.</summary>
    public static IEnumerable<string> Directions => DirectionTable.Select(row => row.Word);

    /// <summary>Every status.</summary>
    public static IEnumerable<string> Statuses => StatusTable.Select(row => row.Word);

    /// <summary>Every debugfs file.</summary>
    public static IEnumerable<string> Files => FileTable.Select(row => row.Word);

    /// <summary>The word for a direction.</summary>
    public static string Of(AbiDirection value) => WordOf(DirectionTable, value);

    /// <summary>The word for a status.</summary>
    public static string Of(AbiStatus value) => WordOf(StatusTable, value);

    /// <summary>The word for a debugfs file.</summary>
    public static string Of(AbiDebugfsFile value) => WordOf(FileTable, value);

    /// <summary>Reads a direction; false when there is no such word.</summary>
    public static bool TryParse(string word, out AbiDirection value) =>
        Find(DirectionTable, word, out value);

    /// <summary>Reads a status; false when there is no such word.</summary>
    public static bool TryParse(string word, out AbiStatus value) =>
        Find(StatusTable, word, out value);

    /// <summary>Reads the name of a debugfs file; false when there is no such word.</summary>
    public static bool TryParse(string word, out AbiDebugfsFile value) =>
        Find(FileTable, word, out value);

    private static string WordOf<T>((T Value, string Word)[] table, T value)
        where T : struct, Enum
    {
        foreach (var row in table)
        {
            if (EqualityComparer<T>.Default.Equals(row.Value, value))
            {
                return row.Word;
            }
        }

        return value.ToString();
    }

    private static bool Find<T>((T Value, string Word)[] table, string word, out T value)
        where T : struct, Enum
    {
        var index = Array.FindIndex(table, row => row.Word == word);
        value = index < 0 ? default : table[index].Value;
        return index >= 0;
    }
}
