namespace Gateway.Nats;

/// <summary>What a connection has done since it was made, at one moment. Bytes are those of headers and payloads unless said otherwise.</summary>
public sealed record NatsStatistics
{
    /// <summary>Publishes accepted.</summary>
    public required long PublishedMessages { get; init; }

    /// <summary>Their bytes.</summary>
    public required long PublishedBytes { get; init; }

    /// <summary>Publishes refused because too much waited.</summary>
    public required long RefusedMessages { get; init; }

    /// <summary>
    /// Messages in a write that broke, and those given up when the connection was closed: they may or may not have arrived. What a socket had taken
    /// before and the server had not read is lost without being counted; only a reply or a flush tells.
    /// </summary>
    public required long UnconfirmedMessages { get; init; }

    /// <summary>Messages that wait to be sent or are being sent.</summary>
    public required long PendingMessages { get; init; }

    /// <summary>Their bytes on the wire.</summary>
    public required long PendingBytes { get; init; }

    /// <summary>Messages received.</summary>
    public required long ReceivedMessages { get; init; }

    /// <summary>Their bytes.</summary>
    public required long ReceivedBytes { get; init; }

    /// <summary>Messages that readers had no room for.</summary>
    public required long DroppedMessages { get; init; }

    /// <summary>Writes to the socket: published messages divided by it say how well they batch.</summary>
    public required long Writes { get; init; }

    /// <summary>Connections after the first.</summary>
    public required long Reconnects { get; init; }

    /// <summary>-ERR from servers.</summary>
    public required long Errors { get; init; }

    /// <summary>Times that handlers held up the reading for long.</summary>
    public required long HandlerStalls { get; init; }

    /// <summary>Exceptions of handlers.</summary>
    public required long HandlerFaults { get; init; }

    /// <summary>Requests that wait for their reply.</summary>
    public required int PendingRequests { get; init; }

    /// <summary>Live subscriptions.</summary>
    public required int Subscriptions { get; init; }
}
