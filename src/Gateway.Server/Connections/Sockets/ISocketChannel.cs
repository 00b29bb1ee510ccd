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

    /// <summary>True when the socket carries records: <see cref="Seal"/> makes them, <see cref="Hold"/> keeps what it did not take of them, and to receive may be to send.</summary>
    static abstract bool IsSealed { get; }

    /// <summary>The socket; -1 where there is none to send to past the channel.</summary>
    int File { get; }

    /// <summary>True when <see cref="Receive"/> has something to say of which no edge will tell.</summary>
    bool HasMore { get; }

    /// <summary>True while something that was taken has not found its way into the kernel, or the peer has not said all that must come before we send. Nothing more is taken
    /// until <see cref="Flush"/> has brought it there, or <see cref="Receive"/> the rest.</summary>
    bool IsHolding { get; }

    /// <summary>Bytes that were taken and have not found their way into the kernel.</summary>
    int HeldBytes { get; }

    /// <summary>Receives. A buffer that was not filled means: there is no more, an edge will tell; unless the channel <see cref="HasMore"/>.</summary>
    /// <returns>How many bytes; 0: the peer has ended its half; <see cref="WouldBlock"/> or <see cref="Failed"/>.</returns>
    int Receive(Span<byte> buffer);

    /// <summary>Sends. When fewer were taken than offered, or the channel <see cref="IsHolding"/>, an edge, or <see cref="Receive"/>, will tell when it can go on.</summary>
    /// <returns>How many bytes were taken, or <see cref="Failed"/>.</returns>
    int Send(ReadOnlySpan<byte> bytes);

    /// <summary>Makes of bytes what is to be sent to <see cref="File"/> in their place, at once and before anything else of the channel.</summary>
    /// <returns>How many bytes were put in; 0: not now, or not of so many; <see cref="Send"/> will tell.</returns>
    int Seal(ReadOnlySpan<byte> bytes, Span<byte> into);

    /// <summary>Takes over what the socket did not take of what was sealed.</summary>
    void Hold(ReadOnlySpan<byte> rest);

    /// <summary>Tries once more to bring to the kernel what is held.</summary>
    /// <returns>0, or <see cref="Failed"/>.</returns>
    int Flush();

    /// <summary>Ends our half, behind everything that was taken.</summary>
    void Shutdown();

    /// <summary>Closes the socket. The last call.</summary>
    /// <param name="withReset">At once: what has not been sent is forgotten.</param>
    void Close(bool withReset);
}
