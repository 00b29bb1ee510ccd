namespace Gateway.Server.Rooms;

/// <summary>How parts of the server that are no connection (jobs, backends) publish into rooms. Callable from any thread.</summary>
internal interface IRoomPublisher
{
    /// <summary>Publishes one message; completes when the room has stored it (durable) or ordered it (ephemeral).</summary>
    /// <param name="room">The room's full name, <c>kind:id</c>.</param>
    /// <param name="eventName">The event's name, at most 128 bytes of UTF-8.</param>
    /// <param name="payload">One MessagePack value; copied before the call returns.</param>
    /// <param name="options">Keys and sender; the default is a plain message without a sender.</param>
    /// <param name="cancellationToken">Ends the waiting, not the publish.</param>
    ValueTask<PublishResult> PublishAsync(
        string room, string eventName, ReadOnlyMemory<byte> payload, PublishOptions options = default, CancellationToken cancellationToken = default);
}
