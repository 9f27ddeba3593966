// SPDX-License-Identifier: GPL-2.0-only
namespace Dmadiff.Bindings;

/// <summary>An engine that is far away: to ask it, step by step, takes much longer than what
/// is asked for. Whether it answers as another one did can be found out in one go.</summary>
public interface IRepeatingEngine : IEngine
{
    /// <summary>What it is asked from the next boot on is noted on this; null for nowhere.
    /// </summary>
    CallTape? Tape { get; set; }

    /// <summary>Boots and asks all that a tape holds again.</summary>
    /// <param name="tape">May be of another engine.</param>
    /// <returns>Whether every answer is the same; false if the tape does not tell.</returns>
    /// <exception cref="MachineException">This host cannot hold the machine.</exception>
    bool Repeats(CallTape tape);
}
