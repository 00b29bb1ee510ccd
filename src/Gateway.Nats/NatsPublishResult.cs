namespace Gateway.Nats;

/// <summary>What became of a publish. The numbers are stable.</summary>
public enum NatsPublishResult
{
    /// <summary>It will be sent, in the order of the calls of each thread. Whether it arrives only a reply or a flush tells.</summary>
    Accepted = 0,

    /// <summary>Too much waits to be sent (<see cref="NatsOptions.MaxPendingBytes"/>). Nothing was taken; the caller decides whether to drop or try again.</summary>
    Full = 1,

    /// <summary>Headers and payload are larger than the server allows.</summary>
    PayloadTooLarge = 2,

    /// <summary>The subject or reply-to is empty, too long, or has an empty token, a wildcard, a space or a control character.</summary>
    InvalidSubject = 3,

    /// <summary>The headers do not begin with <c>NATS/1.0</c> or do not end with an empty line.</summary>
    InvalidHeaders = 4,

    /// <summary>The server has no headers.</summary>
    HeadersNotSupported = 5,

    /// <summary>The connection is closed, or drains and takes no more.</summary>
    Closed = 6,
}
