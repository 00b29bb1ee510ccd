namespace Gateway.Server.Relay;

/// <summary>
/// What nodes say to each other. A message to a node is <c>[1, name, incarnation, lane, number]</c> of the sender and then items, one after the other, each an array that begins with one of these
/// numbers and the shard. Number: grows with each message of the sender's lane; nodes of a version before it leave out lane and number. Frozen while nodes of two versions run side by side: a node skips
/// items and fields at an item's end that it does not know.
/// </summary>
internal enum RelayItem
{
    /// <summary><c>[1, shard, link, sequence, room, key, body]</c>: order this. Body: <see cref="Rooms.RoomMessage.RelayBody"/>; key: 16 bytes.</summary>
    Forward = 1,

    /// <summary><c>[2, shard, link, sequence, status, epoch, offset]</c>: what became of a forward.</summary>
    Ack = 2,

    /// <summary><c>[3, shard, link]</c>: something of this link is missing, or the shard is not ours: begin anew.</summary>
    Refused = 3,

    /// <summary><c>[4, shard, room, request, epoch, head, doubts, numbered]</c>: send us what the room gets; this is where we stand. Doubts: the history is of another epoch than you said. Numbered: what
    /// the room gets may have a number, which a node of a version before this field cannot read.</summary>
    Follow = 4,

    /// <summary><c>[5, shard, room, request, ok, owner's epoch, epoch, head, notice, continues, [body, ...], number]</c>: where the room stands, with its kept messages. Not ok: try again. Number: what was
    /// sent to the room's subject up to this one came before.</summary>
    Followed = 5,

    /// <summary><c>[6, shard, room]</c>: send us no more.</summary>
    Unfollow = 6,

    /// <summary><c>[7, shard, room, owner's epoch, epoch, head, notice]</c>: up to here we have sent. Notice: how many frames about who is there.</summary>
    Head = 7,

    /// <summary><c>[8, shard, room, epoch, head, report, notice]</c>: up to here we have the room (notice -1: we do not know who is there), and this was our last report. Answered only when something is missing.</summary>
    Check = 8,

    /// <summary><c>[9, shard, room]</c>: you do not follow this room, or it is not ours: begin anew.</summary>
    Unknown = 9,

    /// <summary><c>[10, shard, room, report, all, changes, more]</c>: who came, changed and left here. All: everybody, or the beginning of it; more: the next report goes on.</summary>
    Report = 10,

    /// <summary><c>[11, shard, room]</c>: a report is missing, tell us all.</summary>
    AskReport = 11,

    /// <summary><c>[12, shard, room, question, [user, ...] or nil]</c>: who is there? Question 0: for all members, since a notice was missed.</summary>
    AskRoster = 12,

    /// <summary><c>[13, shard, room, question, frame, notice]</c>: they are, as of that notice.</summary>
    Roster = 13,

    /// <summary><c>[14, shard, link, expected]</c>: all of this link before that number has come and is being worked on; be patient.</summary>
    Busy = 14,

    /// <summary><c>[15, shard, room, owner's epoch, epoch, head, flags, [body, ...]]</c>, to a node that stands by: where the room stands, with transient messages in their order. Flags: <see cref="StandByFlags"/>.</summary>
    StandBy = 15,

    /// <summary><c>[16, shard, room, owner's epoch]</c>, to a node that stands by: the room is forgotten.</summary>
    StandDown = 16,
}
