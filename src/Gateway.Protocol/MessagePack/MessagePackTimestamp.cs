namespace Gateway.Protocol.MessagePack;

/// <summary>A moment as MessagePack has it: whole seconds since 1970-01-01T00:00:00Z and the nanoseconds after them.</summary>
/// <remarks>
/// Wider and finer than <see cref="DateTimeOffset"/> (292 billion years either way, one nanosecond), so that a moment
/// can be passed on without loss. Layout on the wire: see <see cref="MessagePackPrimitives.TryWriteTimestamp"/>.
/// </remarks>
public readonly record struct MessagePackTimestamp : IComparable<MessagePackTimestamp>
{
    /// <summary>The greatest number of nanoseconds within a second.</summary>
    public const uint MaxNanoseconds = 999_999_999;

    private const int NanosecondsPerTick = 100;

    /// <summary>Creates a moment.</summary>
    /// <param name="seconds">Seconds since the epoch, negative before it.</param>
    /// <param name="nanoseconds">0 to 999,999,999, always counted forward in time.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="nanoseconds"/> is more than 999,999,999.</exception>
    public MessagePackTimestamp(long seconds, uint nanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nanoseconds, MaxNanoseconds);
        Seconds = seconds;
        Nanoseconds = nanoseconds;
    }

    /// <summary>Seconds since 1970-01-01T00:00:00Z, negative before it.</summary>
    public long Seconds { get; }

    /// <summary>Nanoseconds after <see cref="Seconds"/>, 0 to 999,999,999.</summary>
    public uint Nanoseconds { get; }

    /// <summary>The same moment, exactly.</summary>
    public static MessagePackTimestamp FromDateTimeOffset(DateTimeOffset value)
    {
        var ticks = value.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        if (rest < 0)
        {
            seconds--;
            rest += TimeSpan.TicksPerSecond;
        }

        return new MessagePackTimestamp(seconds, (uint)rest * NanosecondsPerTick);
    }

    /// <summary>The same moment in UTC, rounded down to 100 ns.</summary>
    /// <returns>False when the moment lies outside the years 1 to 9999.</returns>
    public bool TryToDateTimeOffset(out DateTimeOffset value)
    {
        const long minSeconds = -62_135_596_800; // 0001-01-01T00:00:00Z
        const long maxSeconds = 253_402_300_799; // 9999-12-31T23:59:59Z
        if (Seconds is < minSeconds or > maxSeconds)
        {
            value = default;
            return false;
        }

        var ticks = DateTimeOffset.UnixEpoch.UtcTicks + (Seconds * TimeSpan.TicksPerSecond) + (Nanoseconds / NanosecondsPerTick);
        value = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(MessagePackTimestamp other)
    {
        var bySeconds = Seconds.CompareTo(other.Seconds);
        return bySeconds != 0 ? bySeconds : Nanoseconds.CompareTo(other.Nanoseconds);
    }

    /// <summary>Whether one moment is earlier than another.</summary>
    public static bool operator <(MessagePackTimestamp left, MessagePackTimestamp right) => left.CompareTo(right) < 0;

    /// <summary>Whether one moment is later than another.</summary>
    public static bool operator >(MessagePackTimestamp left, MessagePackTimestamp right) => left.CompareTo(right) > 0;

    /// <summary>Whether one moment is not later than another.</summary>
    public static bool operator <=(MessagePackTimestamp left, MessagePackTimestamp right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one moment is not earlier than another.</summary>
    public static bool operator >=(MessagePackTimestamp left, MessagePackTimestamp right) => left.CompareTo(right) >= 0;
}
