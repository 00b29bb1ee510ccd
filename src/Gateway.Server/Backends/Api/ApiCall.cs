namespace Gateway.Server.Backends.Api;

/// <summary>A call that came over NATS and waits for its turn.</summary>
/// <param name="Target">The subject behind the prefix, such as <c>history.chat:lobby</c>.</param>
/// <param name="Body">One MessagePack value.</param>
internal sealed record ApiCall(string Subject, byte[] Target, byte[] Body, byte[] ReplyTo, PayloadFormat Format);
