namespace Gateway.Server.Connections.Flights;

/// <summary>One frame header as it is remembered.</summary>
/// <param name="IsOut">True for what was queued for the client, false for what came from it.</param>
/// <param name="Op">Of the protocol (of a message with several frames: the first one's); <see cref="ControlOp"/> and above: a WebSocket control frame; 0: compressed.</param>
/// <param name="Size">Bytes of the frame; of what went out, of the WebSocket message.</param>
/// <param name="Age">Milliseconds since the connection opened.</param>
internal readonly record struct FrameTrace(bool IsOut, int Op, int Size, long Age)
{
    /// <summary>Added to a WebSocket opcode, so that both kinds of op share a byte.</summary>
    public const int ControlOp = 200;

    private const int SizeBits = 23;
    private const int MaxSize = (1 << SizeBits) - 1;

    // [out 1][op 8][size 23][age 32]
    public ulong Pack() =>
        (IsOut ? 1UL << 63 : 0) | ((ulong)(byte)Op << 55) | ((ulong)Math.Min(Size, MaxSize) << 32) | (uint)Math.Min(Age, uint.MaxValue);

    public static FrameTrace Unpack(ulong packed) =>
        new(packed >> 63 != 0, (byte)(packed >> 55), (int)(packed >> 32) & MaxSize, (uint)packed);
}
