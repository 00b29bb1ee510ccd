namespace Gateway.Protocol.Frames;

/// <summary>The WebSocket subprotocols of version 1 (protocol/spec.md, section 1).</summary>
public static class SubProtocols
{
    /// <summary>Frames as MessagePack, in binary messages.</summary>
    public const string MessagePack = "gateway.v1.msgpack";

    /// <summary>The same frames as JSON, in text messages.</summary>
    public const string Json = "gateway.v1.json";

    /// <summary>The first offered subprotocol that this server knows.</summary>
    /// <returns>Null when there is none; the upgrade is then refused.</returns>
    public static string? Select(IReadOnlyList<string> offered)
    {
        ArgumentNullException.ThrowIfNull(offered);
        foreach (var name in offered)
        {
            if (name is MessagePack or Json)
                return name;
        }

        return null;
    }
}
