namespace Gateway.Server.Connections;

/// <summary>The bytes of one connection, whatever carries them. Belongs to the connection's lane; every call is made there.</summary>
internal interface ITransport
{
    /// <summary>Begins to read; bytes come through <see cref="ITransportOwner.OnReceived"/>.</summary>
    void Start(ITransportOwner owner);

    /// <summary>Offers bytes in order.</summary>
    /// <returns>How many were taken. When fewer than offered, <see cref="ITransportOwner.OnWritable"/> follows once more can be.</returns>
    int Send(ReadOnlySpan<ReadOnlyMemory<byte>> buffers);

    /// <summary>Stops reading, so that TCP slows the peer down.</summary>
    void PauseReading();

    void ResumeReading();

    /// <summary>Ends the connection after what was taken has gone out. <see cref="ITransportOwner.OnClosed"/> follows.</summary>
    void Shutdown();

    /// <summary>Ends the connection at once. <see cref="ITransportOwner.OnClosed"/> follows.</summary>
    void Abort();
}
