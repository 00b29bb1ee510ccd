namespace Gateway.Server.Connections.Sockets;

/// <summary>What a poller tells that its file is ready. Called on the lane.</summary>
internal interface IReady
{
    /// <param name="events">What changed; <see cref="EpollEvents.None"/> after <see cref="EpollPoller.Defer"/>.</param>
    void OnReady(EpollEvents events);

    /// <summary>The lane has stopped: lets go of the file. The last call.</summary>
    void OnLaneStopped();
}
