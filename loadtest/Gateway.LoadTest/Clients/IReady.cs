namespace Gateway.LoadTest.Clients;

/// <summary>What the reactor tells that its file can be read or written.</summary>
internal interface IReady
{
    void OnReady(int events);
}
