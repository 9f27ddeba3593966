// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.ManagedPort.KernelDma;

/// <summary>Moves the memory of a pool to where devices reach it.</summary>
/// <param name="start">Physical address of the pool.</param>
/// <param name="nslabs">Its slots.</param>
/// <returns>0 or an error.</returns>
public delegate int PoolRemap(ulong start, ulong nslabs);
