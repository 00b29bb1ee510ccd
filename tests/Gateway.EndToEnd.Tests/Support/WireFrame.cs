namespace Gateway.EndToEnd.Tests.Support;

/// <summary>One WebSocket frame as it came from the server.</summary>
internal sealed record WireFrame(int Opcode, bool Fin, bool Rsv1, byte[] Payload)
{
    public const int Continuation = 0;
    public const int Text = 1;
    public const int Binary = 2;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    /// <summary>The code of a close frame; 1005 when it has none.</summary>
    public int CloseCode => Payload.Length >= 2 ? (Payload[0] << 8) | Payload[1] : 1005;
}
