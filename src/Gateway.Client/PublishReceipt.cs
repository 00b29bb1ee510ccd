namespace Gateway.Client;

/// <summary>What became of a publish.</summary>
/// <param name="Position">Where the message stands in the room's order; offset 0 for a transient one.</param>
/// <param name="Duplicate">Whether an earlier copy with the same idempotency key had been stored; the position is that copy's.</param>
/// <param name="Superseded">Whether a newer message with the same conflation key took its place before it was sent.</param>
public sealed record PublishReceipt(RoomPosition Position, bool Duplicate, bool Superseded);
