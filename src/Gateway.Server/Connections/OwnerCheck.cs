using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>A join that waits to hear who owns the room.</summary>
internal sealed class OwnerCheck(int id, string room, RoomKind kind, JoinRequest request)
{
    public int Id { get; } = id;

    public string Room { get; } = room;

    public RoomKind Kind { get; } = kind;

    public JoinRequest Request { get; } = request;

    /// <summary>The answer; null: nobody.</summary>
    public string? Owner { get; set; }

    /// <summary>True when the owner could not be found out.</summary>
    public bool IsUnavailable { get; set; }
}
