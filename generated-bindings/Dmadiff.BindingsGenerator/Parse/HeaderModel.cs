// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.BindingsGenerator.Parse;

/// <summary>A type that may cross the boundary.</summary>
/// <param name="Name">"uint32_t", "dmd_op" (a struct), "char" or "void".</param>
/// <param name="IsStruct">Whether it is a struct.</param>
/// <param name="IsPointer">Whether it is a pointer to one or more of it.</param>
/// <param name="Length">Elements of an array; 0 when it is not one.</param>
public sealed record CType(string Name, bool IsStruct, bool IsPointer, uint Length);

/// <summary>An enumerator.</summary>
/// <param name="Name">C name.</param>
/// <param name="At">Where it is.</param>
/// <param name="Comment">Its comment; may be empty.</param>
/// <param name="Value">Value.</param>
public sealed record CEnumerator(string Name, Location At, string Comment, uint Value);

/// <summary>An enum.</summary>
/// <param name="Name">C tag.</param>
/// <param name="At">Where it is.</param>
/// <param name="Comment">Its comment; may be empty.</param>
/// <param name="Members">Enumerators, in order.</param>
public sealed record CEnum(
    string Name, Location At, string Comment, IReadOnlyList<CEnumerator> Members);

/// <summary>A field of a struct.</summary>
/// <param name="Name">C name.</param>
/// <param name="At">Where it is.</param>
/// <param name="Comment">Its comment; may be empty.</param>
/// <param name="Type">Its type.</param>
/// <param name="Offset">Bytes from the start of the struct.</param>
/// <param name="Size">Bytes.</param>
public sealed record CField(
    string Name, Location At, string Comment, CType Type, uint Offset, uint Size);

/// <summary>A struct.</summary>
/// <param name="Name">C tag.</param>
/// <param name="At">Where it is.</param>
/// <param name="Comment">Its comment; may be empty.</param>
/// <param name="Fields">Fields, in order.</param>
/// <param name="Size">Bytes.</param>
public sealed record CStruct(
    string Name, Location At, string Comment, IReadOnlyList<CField> Fields, uint Size);

/// <summary>A parameter of an entry point.</summary>
/// <param name="Name">C name; empty when the header gives none.</param>
/// <param name="Type">Its type.</param>
/// <param name="Spelling">The type as the header writes it.</param>
public sealed record CParameter(string Name, CType Type, string Spelling);

/// <summary>An entry point.</summary>
/// <param name="Name">C name, which is also the symbol.</param>
/// <param name="At">Where it is.</param>
/// <param name="LastLine">Where its declaration ends.</param>
/// <param name="Comment">Its comment; may be empty.</param>
/// <param name="Returns">What it returns.</param>
/// <param name="ReturnSpelling">That type as the header writes it.</param>
/// <param name="Parameters">Parameters, in order.</param>
public sealed record CFunction(
    string Name,
    Location At,
    int LastLine,
    string Comment,
    CType Returns,
    string ReturnSpelling,
    IReadOnlyList<CParameter> Parameters);

/// <summary>A macro that stands for an integer.</summary>
/// <param name="Name">C name.</param>
/// <param name="At">Where it is.</param>
/// <param name="Type">C type of the expression: "unsigned int".</param>
/// <param name="Value">Value, in decimal.</param>
public sealed record CConstant(string Name, Location At, string Type, string Value);

/// <summary>All that a header declares.</summary>
/// <param name="Enums">Enums, in order.</param>
/// <param name="Structs">Structs, in order.</param>
/// <param name="Functions">Entry points, in order.</param>
/// <param name="Constants">Macros, in order.</param>
public sealed record CHeader(
    IReadOnlyList<CEnum> Enums,
    IReadOnlyList<CStruct> Structs,
    IReadOnlyList<CFunction> Functions,
    IReadOnlyList<CConstant> Constants);
