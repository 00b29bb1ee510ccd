using System.Numerics;
using System.Runtime.CompilerServices;

namespace Gateway.Server.Operations.Metrics;

/// <summary>How many copies a number has, and which one this thread counts on: that of the core it runs on.</summary>
internal static class Stripes
{
    /// <summary>Enough that cores seldom meet; a power of two.</summary>
    private const int MaxCount = 16;

    public static readonly int Count = (int)Math.Min(MaxCount, BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount));

    public static int Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Thread.GetCurrentProcessorId() & (Count - 1);
    }
}
