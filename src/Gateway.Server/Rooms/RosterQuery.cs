namespace Gateway.Server.Rooms;

/// <summary>A question who is in a room, from any lane to the room's home lane and back with the answer.</summary>
internal sealed class RosterQuery(IRosterReader reader, int id, IReadOnlyList<string>? users, string room)
{
    public IRosterReader Reader { get; } = reader;

    /// <summary>The id of the frame that asked; 0 for the roster that a join asks for.</summary>
    public int Id { get; } = id;

    /// <summary>Who is asked for beyond the sample, or null.</summary>
    public IReadOnlyList<string>? Users { get; } = users;

    public string Room { get; } = room;

    /// <summary>The room's owner did not answer: the frame tells only of this node, or is empty when that knows nothing of the room.</summary>
    public bool IsPartial { get; set; }

    /// <summary>The answer: the encoded <c>roster</c> frame.</summary>
    public byte[] Frame { get; set; } = [];
}
