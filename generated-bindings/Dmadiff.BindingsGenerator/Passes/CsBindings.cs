// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.BindingsGenerator.Passes;

/// <summary>A constant.</summary>
/// <param name="Name">C# name.</param>
/// <param name="CName">C name.</param>
/// <param name="Doc">Body of its XML summary.</param>
/// <param name="Type">C# type.</param>
/// <param name="Literal">C# literal.</param>
public sealed record CsConstant(string Name, string CName, string Doc, string Type, string Literal);

/// <summary>A member of an enum.</summary>
/// <param name="Name">C# name.</param>
/// <param name="Doc">Body of its XML summary.</param>
/// <param name="Value">Value.</param>
public sealed record CsEnumMember(string Name, string Doc, uint Value);

/// <summary>An enum.</summary>
/// <param name="Name">C# name.</param>
/// <param name="Doc">Body of its XML summary.</param>
/// <param name="IsFlags">Whether its members are bits.</param>
/// <param name="Members">Members, in order.</param>
public sealed record CsEnum(
    string Name, string Doc, bool IsFlags, IReadOnlyList<CsEnumMember> Members);

/// <summary>A field of a struct.</summary>
/// <param name="Name">C# name.</param>
/// <param name="CName">C name.</param>
/// <param name="Doc">Body of its XML summary.</param>
/// <param name="Type">C# type.</param>
public sealed record CsField(string Name, string CName, string Doc, string Type);

/// <summary>A struct.</summary>
/// <param name="Name">C# name.</param>
/// <param name="CName">C tag.</param>
/// <param name="Doc">Body of its XML summary.</param>
/// <param name="Fields">Fields, in order.</param>
public sealed record CsStruct(
    string Name, string CName, string Doc, IReadOnlyList<CsField> Fields);

/// <summary>An entry point.</summary>
/// <param name="Name">C# name.</param>
/// <param name="Symbol">Name in the library.</param>
/// <param name="Doc">Body of its XML summary.</param>
/// <param name="Prototype">The C declaration, for readers.</param>
/// <param name="Type">The function pointer's C# type.</param>
public sealed record CsEntryPoint(
    string Name, string Symbol, string Doc, string Prototype, string Type);

/// <summary>All that is emitted.</summary>
/// <param name="Constants">Constants, in order.</param>
/// <param name="Enums">Enums, in order.</param>
/// <param name="Structs">Structs, in order.</param>
/// <param name="ByteLengths">Lengths of the byte arrays that fields need, ascending.</param>
/// <param name="EntryPoints">Entry points, in order.</param>
public sealed record CsBindings(
    IReadOnlyList<CsConstant> Constants,
    IReadOnlyList<CsEnum> Enums,
    IReadOnlyList<CsStruct> Structs,
    IReadOnlyList<uint> ByteLengths,
    IReadOnlyList<CsEntryPoint> EntryPoints);
