namespace Gateway.Client.Connections;

/// <summary>What the supervisor tells, from its own loop, one after the other.</summary>
internal interface ISupervisorEvents
{
    void OnConnecting(DisconnectReason? reason);

    void OnConnected(Sessions.LinkState link);

    /// <summary>Several attempts have failed.</summary>
    void OnFailure(DisconnectReason reason, bool willRetry);
}
