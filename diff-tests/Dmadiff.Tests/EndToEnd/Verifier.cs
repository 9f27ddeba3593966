// SPDX-License-Identifier: GPL-2.0-only
using System.Runtime.CompilerServices;
using Shouldly;

namespace Dmadiff.Tests.EndToEnd;

/// <summary>
/// Compares text with a file beside the test, by Verify's convention of names: the accepted
/// text is Class.Method.verified.txt, and what came instead is left in
/// Class.Method.received.txt, to be looked at and renamed.
/// </summary>
internal static class Verifier
{
    public static void Verify(
        string text,
        [CallerFilePath] string testFile = "",
        [CallerMemberName] string method = "")
    {
        string stem = Path.ChangeExtension(testFile, null) + "." + method;
        string received = stem + ".received.txt";
        string verified = stem + ".verified.txt";
        string accepted = File.Exists(verified) ? File.ReadAllText(verified) : string.Empty;
        if (text == accepted)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text);
        text.ShouldBe(accepted, $"see {Path.GetFileName(received)}");
    }
}
