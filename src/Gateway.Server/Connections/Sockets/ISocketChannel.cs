namespace Gateway.Server.Connections.Sockets;

/// <summary>
/// What a <see cref="LaneSocket{TChannel}"/> reads from and writes to: the socket itself, or TLS on it. A struct, so that each kind gets code of its own without a virtual call.
/// Belongs to the socket's lane.
/// </summary>
internal interface ISocketChannel
{
    /// <summary>Result of <see cref="Receive"/>: nothing is there; an edge will tell.</summary>
    const int WouldBlock = -1;

    /// <summary>Result of every operation: nothing goes any more, because the peer is gone or has sent what cannot be.</summary>
    const int Failed = -2;

    /// <summary>True when either direction may wait for either edge.</summary>
    static abstract bool IsCrossed { get; }

    /// <summary>The socket, where bytes may go to it as they are; else -1.</summary>
    int File { get; }

    /// <summary>True when <see cref="Receive"/> has something to say of which no edge will tell.</summary>
    bool HasMore { get; }

    /// <summary>True while something that was taken, or the end, has not found its way into the kernel. Nothing more is taken until <see cref="Flush"/> has brought it there.</summary>
    bool IsHolding { get; }

    /// <summary>Receives. A buffer that was not filled means: there is no more, an edge will tell.</summary>
    /// <returns>How many bytes; 0: the peer has ended its half; <see cref="WouldBlock"/> or <see cref="Failed"/>.</returns>
    int Receive(Span<byte> buffer);

    /// <summary>Sends. When fewer were taken than offered, or the channel <see cref="IsHolding"/>, an edge will tell when it can go on.</summary>
    /// <returns>How many bytes were taken, or <see cref="Failed"/>.</returns>
    int Send(ReadOnlySpan<byte> bytes);

    /// <summary>Tries once more to bring to the kernel what is held.</summary>
    /// <returns>0, or <see cref="Failed"/>.</returns>
    int Flush();

    /// <summary>Ends our half, behind everything that was taken.</summary>
    void Shutdown();

    /// <summary>Closes the socket. The last call.</summary>
    /// <param name="withReset">At once: what has not been sent is forgotten.</param>
    void Close(bool withReset);
}
