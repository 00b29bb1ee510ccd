namespace Gateway.Nats.Protocol;

/// <summary>How far a parser came.</summary>
internal enum ParseStatus
{
    Complete,
    NeedMore,

    /// <summary>Not the protocol, or beyond a limit; the connection cannot go on. <see cref="ServerOperation.Fault"/> says why.</summary>
    Malformed,
}
