namespace Gateway.Client.Connections;

internal enum HeartbeatAction
{
    None,
    Ping,
    GiveUp,
}
