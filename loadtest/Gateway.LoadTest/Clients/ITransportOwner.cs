namespace Gateway.LoadTest.Clients;

/// <summary>Who is told what happens on a transport.</summary>
internal interface ITransportOwner
{
    void OnConnected();

    /// <summary>The bytes are gone when this returns.</summary>
    void OnBytes(ReadOnlySpan<byte> bytes);

    /// <summary>The stream has ended, not by us.</summary>
    void OnEnded(string reason);
}
