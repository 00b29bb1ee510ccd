namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>One opening handshake for an endpoint that accepts upgrades on <see cref="HandshakeCases.Path"/>.</summary>
/// <param name="Section">Of RFC 6455, or of RFC 7692 with that number before it.</param>
/// <param name="Name">Unique.</param>
/// <param name="Request">The bytes, as Latin-1 characters.</param>
/// <param name="Verdict">What must become of it.</param>
/// <param name="Status">HTTP status of a refusal.</param>
/// <param name="Extensions">The Sec-WebSocket-Extensions of the 101, null if there must be none.</param>
internal sealed record HandshakeCase(
    string Section, string Name, string Request, HandshakeVerdict Verdict, int Status = 0, string? Extensions = null)
{
    public override string ToString() => $"{Section} {Name}";
}
