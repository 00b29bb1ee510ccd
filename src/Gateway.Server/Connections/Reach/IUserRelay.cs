namespace Gateway.Server.Connections.Reach;

/// <summary>Brings messages to the connections that a user has on other nodes.</summary>
internal interface IUserRelay
{
    /// <summary>Whether a message would be sent on at this moment. Any thread.</summary>
    bool IsReachable { get; }

    /// <summary>Sends on what the user's connections here have been given, and tells the sender how many it reached in all. On the user's home lane; nothing waits.</summary>
    /// <param name="count">How many here.</param>
    void Send(DirectMessage message, int count);
}
