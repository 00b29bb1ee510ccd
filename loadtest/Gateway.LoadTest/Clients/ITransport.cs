namespace Gateway.LoadTest.Clients;

/// <summary>A byte stream to the gateway. All calls on the reactor's thread.</summary>
internal interface ITransport
{
    /// <summary>Starts to connect.</summary>
    void Open();

    /// <summary>Sends, now or as soon as the socket takes more.</summary>
    void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Stops or goes on to read, which is what a slow client looks like from the other side.</summary>
    void Read(bool on);

    /// <summary>Ends with a reset, without a word. The owner is not told.</summary>
    void Cut();
}
