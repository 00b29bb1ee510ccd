namespace Gateway.Protocol.Frames;

/// <summary>What a close code means for a client that has lost its connection.</summary>
public static class GatewayCloseCodes
{
    /// <summary>Whether the client should connect again by itself, with back-off.</summary>
    public static bool MayComeBack(this GatewayCloseCode code) => MayComeBack((int)code);

    /// <summary>
    /// Whether the client should connect again by itself, for any code, those of RFC 6455 included. For 1000, where the choice
    /// is the client's, the answer is no: whoever closed so meant it.
    /// </summary>
    public static bool MayComeBack(int code) => code is not (1000 or 1002 or 1003 or 1007 or 1009 or (>= 4000 and <= 4099));
}
