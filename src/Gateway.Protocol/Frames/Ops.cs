namespace Gateway.Protocol.Frames;

/// <summary>Who sends which op. To a receiver, an op that only it sends itself is as unknown as one that nobody sends.</summary>
public static class Ops
{
    /// <summary>Whether clients send this op.</summary>
    public static bool IsFromClient(int op) => op is >= byte.MinValue and <= byte.MaxValue && (Op)op is
        Op.Hello or Op.Auth or Op.Join or Op.Leave or Op.Publish or Op.Send or Op.Request or Op.Presence or Op.State or
        Op.History or Op.Ping or Op.Pong or Op.Heads;

    /// <summary>Whether servers send this op.</summary>
    public static bool IsFromServer(int op) => op is >= byte.MinValue and <= byte.MaxValue && (Op)op is
        Op.Welcome or Op.Ok or Op.Joined or Op.Left or Op.Ack or Op.Message or Op.Direct or Op.Reply or Op.Roster or
        Op.Changes or Op.Page or Op.Ping or Op.Pong or Op.Positions or Op.Lost or Op.Goaway or Op.Error;
}
