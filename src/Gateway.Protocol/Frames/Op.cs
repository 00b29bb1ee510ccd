namespace Gateway.Protocol.Frames;

/// <summary>
/// What a frame is: its first element (protocol/spec.md, section 4). The values are on the wire and never change; 22 and 23 are
/// reserved.
/// </summary>
public enum Op : byte
{
    /// <summary>No op; never sent.</summary>
    None = 0,

    /// <summary>Client: the first frame of a connection: who the client is.</summary>
    Hello = 1,

    /// <summary>Server: the answer to <c>hello</c>: the connection may be used.</summary>
    Welcome = 2,

    /// <summary>Client: a fresh token, before the old one expires.</summary>
    Auth = 3,

    /// <summary>Server: the answer to a frame that has no answer of its own.</summary>
    Ok = 4,

    /// <summary>Client: joins a room, from the newest message on or from where the client last was.</summary>
    Join = 5,

    /// <summary>Server: the answer to <c>join</c>.</summary>
    Joined = 6,

    /// <summary>Client: leaves a room.</summary>
    Leave = 7,

    /// <summary>Server: the server has removed the member from a room.</summary>
    Left = 8,

    /// <summary>Client: publishes a message to a room.</summary>
    Publish = 9,

    /// <summary>Server: the answer to <c>publish</c>: the room has the message.</summary>
    Ack = 10,

    /// <summary>Server: a message of a joined room.</summary>
    Message = 11,

    /// <summary>Client: sends a message to all connections of a user.</summary>
    Send = 12,

    /// <summary>Server: a message sent to this user.</summary>
    Direct = 13,

    /// <summary>Client: asks a service.</summary>
    Request = 14,

    /// <summary>Server: the answer to <c>request</c>.</summary>
    Reply = 15,

    /// <summary>Client: asks who is in a room.</summary>
    Presence = 16,

    /// <summary>Server: who is in a room: the answer to <c>presence</c>, and with id 0 after a join that asked for it.</summary>
    Roster = 17,

    /// <summary>Server: who came, went or changed since the roster or the last changes.</summary>
    Changes = 18,

    /// <summary>Client: sets the client's own presence state in a room.</summary>
    State = 19,

    /// <summary>Client: asks for a part of a room's history.</summary>
    History = 20,

    /// <summary>Server: the answer to <c>history</c>.</summary>
    Page = 21,

    /// <summary>Both: asks the other side whether it is there.</summary>
    Ping = 24,

    /// <summary>Both: the answer to <c>ping</c>.</summary>
    Pong = 25,

    /// <summary>Client: asks where the order of rooms stands.</summary>
    Heads = 26,

    /// <summary>Server: the answer to <c>heads</c>; with id 0 by the server itself.</summary>
    Positions = 27,

    /// <summary>Server: messages that this member will not get.</summary>
    Lost = 28,

    /// <summary>Server: an appointment: the server will go, come back then and there.</summary>
    Goaway = 29,

    /// <summary>Server: something could not be done.</summary>
    Error = 30,
}
