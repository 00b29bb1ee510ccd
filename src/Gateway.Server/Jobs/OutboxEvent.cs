namespace Gateway.Server.Jobs;

/// <summary>A terminal event that waits until its room has taken it.</summary>
internal sealed record OutboxEvent(long Sequence, string Room, string EventName, byte[] Payload, string IdempotencyKey);
