namespace Gateway.Server.Connections;

/// <summary>The bytes of one connection, whatever carries them. Belongs to the connection's lane; every call is made there.</summary>
internal interface ITransport
{
    /// <summary>Begins to read; bytes come through <see cref="ITransportOwner.OnReceived"/>.</summary>
    void Start(ITransportOwner owner);

    /// <summary>Offers bytes in order.</summary>
    /// <returns>How many were taken. When fewer than offered, <see cref="ITransportOwner.OnWritable"/> follows once more can be.</returns>
    int Send(ReadOnlySpan<ReadOnlyMemory<byte>> buffers);

    /// <summary>The socket to which whole buffers may be sent past the transport while <see cref="Send"/> would take them; -1: none. Whoever does says with <see cref="OnShortSend"/> when it took less.</summary>
    int File { get; }

    /// <summary>True when <see cref="File"/> takes buffers only as <see cref="Seal"/> makes them.</summary>
    bool IsSealed => false;

    /// <summary>Less than all was taken by <see cref="File"/>. As after a short <see cref="Send"/>, <see cref="ITransportOwner.OnWritable"/> or the end follows.</summary>
    /// <param name="sent">Bytes that were taken, or <see cref="Sockets.ISocketChannel.Failed"/>.</param>
    void OnShortSend(int sent);

    /// <summary>Makes of a buffer what is to be sent to <see cref="File"/> in its place, at once and before anything else of the connection.</summary>
    /// <returns>How many bytes were put in: the buffer counts as taken. 0: nothing; <see cref="Send"/> will tell why.</returns>
    int Seal(ReadOnlySpan<byte> bytes, Span<byte> into) => 0;

    /// <summary>Takes over what <see cref="File"/> did not take of what was sealed. <see cref="ITransportOwner.OnWritable"/> or the end follows.</summary>
    void OnShortSeal(ReadOnlySpan<byte> rest)
    {
    }

    /// <summary>How far the peer has taken what was sent; null where that cannot be known. A system call.</summary>
    TakenBytes? CountTaken() => null;

    /// <summary>Bytes that were taken here and not yet by the peer; 0 where that cannot be known. A cheaper one.</summary>
    long CountLeft() => 0;

    /// <summary>Stops reading, so that TCP slows the peer down.</summary>
    void PauseReading();

    void ResumeReading();

    /// <summary>Ends the connection after what was taken has gone out. <see cref="ITransportOwner.OnClosed"/> follows.</summary>
    void Shutdown();

    /// <summary>Ends the connection at once. <see cref="ITransportOwner.OnClosed"/> follows.</summary>
    void Abort();
}
