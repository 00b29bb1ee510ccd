namespace Gateway.Client;

/// <summary>How frames are encoded on the wire. What the application sees is the same.</summary>
public enum GatewaySubprotocol
{
    /// <summary><c>gateway.v1.msgpack</c>: binary, smallest and fastest.</summary>
    MessagePack = 0,

    /// <summary><c>gateway.v1.json</c>: text, for those who want to read along with a proxy or a network log.</summary>
    Json = 1,
}
