namespace Gateway.Protocol.WebSockets;

/// <summary>Which numbers may stand in a close frame.</summary>
public static class CloseCodes
{
    /// <summary>
    /// RFC 6455 7.4.2: 1000-2999 belong to the protocol, where only registered codes are valid and 1004, 1005, 1006 and 1015 are kept off
    /// the wire; 3000-3999 are registered by libraries, 4000-4999 are private; everything else is invalid.
    /// </summary>
    public static bool IsValidOnWire(ushort code) => code switch
    {
        1004 or 1005 or 1006 => false,
        >= 1000 and <= 1014 => true,
        >= 3000 and <= 4999 => true,
        _ => false,
    };
}
