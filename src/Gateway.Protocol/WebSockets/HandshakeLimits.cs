namespace Gateway.Protocol.WebSockets;

/// <summary>Bounds of an opening handshake. Immutable; shared by all connections.</summary>
public sealed class HandshakeLimits
{
    /// <summary>
    /// Longest request head in bytes, request line and final empty line included. Default 16 KiB: twice what browsers send with large
    /// cookies. A connection may occupy this much before anything is known about it.
    /// </summary>
    public int MaxHeaderBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 256);
            field = value;
        }
    } = 16 * 1024;

    /// <summary>Most header lines. Default 100, as Kestrel has it.</summary>
    public int MaxHeaderCount
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 100;

    /// <summary>
    /// The paths whose upgrades are ours, compared octet by octet with the request's undecoded path; others are NotUpgrade as soon as the
    /// request line is there. Null: all paths.
    /// </summary>
    public IReadOnlyList<string>? Paths { get; init; }
}
