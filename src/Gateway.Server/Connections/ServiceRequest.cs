using Gateway.Server.Accounts;

namespace Gateway.Server.Connections;

/// <summary>A client's request to a service.</summary>
/// <param name="Caller">Null: anonymous.</param>
/// <param name="Payload">One MessagePack value.</param>
internal sealed record ServiceRequest(string Service, string Method, ReadOnlyMemory<byte> Payload, Identity? Caller, string ConnectionId);
