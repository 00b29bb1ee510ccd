namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>What becomes of a connection's first bytes.</summary>
internal enum HandshakeVerdict
{
    /// <summary>101 and the WebSocket begins.</summary>
    Upgraded,

    /// <summary>The WebSocket layer answers with an HTTP error and closes.</summary>
    Refused,

    /// <summary>Left to the HTTP server, whatever that answers; never 101.</summary>
    NotOurs,

    /// <summary>Nothing can be said yet.</summary>
    Waiting,
}
