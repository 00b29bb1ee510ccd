namespace Gateway.Protocol.Tests.WebSockets.Conformance;

/// <summary>A message or pong that the echo endpoint must send: opcode 1, 2 or 10 and its payload, put together and inflated.</summary>
internal sealed record ServerFrame(int Opcode, byte[] Payload)
{
    public override string ToString() => $"{Opcode}:{Payload.Length}:{Convert.ToHexString(Payload.AsSpan(0, Math.Min(Payload.Length, 40)))}";
}
