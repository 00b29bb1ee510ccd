namespace Gateway.Protocol.WebSockets;

/// <summary>What a frame is (RFC 6455 5.2). 3-7 and 11-15 are reserved and refused.</summary>
public enum Opcode : byte
{
    /// <summary>A later fragment of the message that is under way.</summary>
    Continuation = 0,

    /// <summary>First frame of a message of UTF-8 text.</summary>
    Text = 1,

    /// <summary>First frame of a message of bytes.</summary>
    Binary = 2,

    /// <summary>Start or answer of the closing handshake.</summary>
    Close = 8,

    /// <summary>Asks for a pong with the same payload.</summary>
    Ping = 9,

    /// <summary>Answers a ping, or tells unasked that the peer is alive.</summary>
    Pong = 10,
}
