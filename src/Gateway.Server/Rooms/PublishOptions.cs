namespace Gateway.Server.Rooms;

/// <summary>What a publisher may say beside room, event and payload.</summary>
/// <param name="IdempotencyKey">A second publish with the same key within the room's window is acknowledged, not delivered again.</param>
/// <param name="ConflationKey">Makes the message transient: only the latest of a key matters, nothing is stored in the history.</param>
/// <param name="Sender">Shown to members as the sender, or null.</param>
internal readonly record struct PublishOptions(string? IdempotencyKey = null, string? ConflationKey = null, string? Sender = null);
