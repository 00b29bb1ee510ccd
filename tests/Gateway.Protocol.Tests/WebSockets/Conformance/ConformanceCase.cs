namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>
/// One row of the table: after the opening handshake a client sends these bytes, cut up in any way, and an echo endpoint reacts so.
/// </summary>
/// <param name="Section">Of RFC 6455, or of RFC 7692 with that number before it.</param>
/// <param name="Name">Unique.</param>
/// <param name="ClientBytes">Everything that the client sends.</param>
/// <param name="Expected">Everything that the server does.</param>
/// <param name="Deflate">Whether the handshake must have agreed on permessage-deflate.</param>
internal sealed record ConformanceCase(string Section, string Name, byte[] ClientBytes, Reaction Expected, bool Deflate = false)
{
    public override string ToString() => $"{Section} {Name}";
}
