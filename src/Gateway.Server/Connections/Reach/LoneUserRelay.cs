namespace Gateway.Server.Connections.Reach;

/// <summary>Of a node that is alone.</summary>
internal sealed class LoneUserRelay : IUserRelay
{
    public bool IsReachable => true;

    public void Send(DirectMessage message, int count) => message.Sender?.OnSent(message.Id, count);
}
