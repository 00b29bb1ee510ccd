using System.Diagnostics;
using System.Globalization;

namespace Gateway.Faults.Tests.Workloads;

/// <summary>What is published: who, the how-many-th, and when it was first tried, so that no two are the same.</summary>
internal static class MessageText
{
    public static string Create(string publisher, long number) => string.Create(CultureInfo.InvariantCulture, $"{publisher}/{number}@{Stopwatch.GetTimestamp()}");

    /// <summary>When the publisher first tried, by <see cref="Stopwatch"/>.</summary>
    public static long TriedAt(string text) => long.Parse(text.AsSpan(text.LastIndexOf('@') + 1), CultureInfo.InvariantCulture);
}
