// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Diff.Contract;

/// <summary>The rules of the DMA API that hold for every correct implementation. The numbers
/// are those of docs/contract.md; those left out have no operation that could break them yet.
/// </summary>
public enum ContractRuleId
{
    /// <summary>An address handed to a device is one that it can reach.</summary>
    Range = 1,

    /// <summary>Address bits and alignments that were asked for are kept.</summary>
    Alignment = 2,

    /// <summary>No two live mappings share bounce memory.</summary>
    Exclusive = 3,

    /// <summary>Data gets across when it has to, and nothing else changes.</summary>
    Data = 4,

    /// <summary>The device sees nothing of another owner.</summary>
    NoLeak = 5,

    /// <summary>What is counted as used is used.</summary>
    Accounting = 6,

    /// <summary>No warning, no oops, no misuse of a kernel service.</summary>
    NoComplaint = 7,

    /// <summary>Failure comes only where it may, and leaves no trace.</summary>
    Failure = 8,

    /// <summary>The IOTLB is flushed when it has to be.</summary>
    Iotlb = 9,

    /// <summary>A restricted device stays inside its pool.</summary>
    Restricted = 10,

    /// <summary>An idle pool holds the largest mapping that was promised.</summary>
    Promise = 11,

    /// <summary>What a device is to use, it can see.</summary>
    MemoryState = 12,
}

/// <summary>What reports call the rules.</summary>
public static class ContractRuleNames
{
    /// <summary>"C2 alignment".</summary>
    public static string Title(ContractRuleId rule) => rule switch
    {
        ContractRuleId.Range => "C1 range",
        ContractRuleId.Alignment => "C2 alignment",
        ContractRuleId.Exclusive => "C3 exclusive",
        ContractRuleId.Data => "C4 data",
        ContractRuleId.NoLeak => "C5 no leak of content",
        ContractRuleId.Accounting => "C6 accounting",
        ContractRuleId.NoComplaint => "C7 no complaint",
        ContractRuleId.Failure => "C8 failure",
        ContractRuleId.Iotlb => "C9 IOTLB",
        ContractRuleId.Restricted => "C10 restricted",
        ContractRuleId.Promise => "C11 promise",
        _ => "C12 memory state",
    };

    /// <summary>The title of the rule called "C6"; what was given when there is none.</summary>
    public static string TitleOf(string name) => Enum.GetValues<ContractRuleId>()
        .Select(Title).FirstOrDefault(t => t.Split(' ')[0] == name) ?? name;
}
