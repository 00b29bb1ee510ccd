namespace Gateway.Client;

/// <summary>A user who is in a room.</summary>
/// <param name="User">The user's id, or <c>~</c> followed by the connection's id for an anonymous one.</param>
/// <param name="ConnectionCount">How many connections the user has in the room.</param>
/// <param name="State">The state the user has set, <c>active</c>, <c>viewing</c>, <c>typing</c> as a rule; null when none.</param>
/// <param name="Data">One MessagePack value set together with the state; empty when none.</param>
/// <param name="Since">When the user came.</param>
public sealed record PresenceMember(string User, int ConnectionCount, string? State, ReadOnlyMemory<byte> Data, DateTimeOffset Since);
