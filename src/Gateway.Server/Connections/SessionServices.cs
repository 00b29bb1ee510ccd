using Gateway.Server.Accounts;
using Gateway.Server.Accounts.Tickets;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>What all sessions of a node work with. Immutable.</summary>
internal sealed class SessionServices
{
    public required RoomSet Rooms { get; init; }

    public required ITokenValidator Tokens { get; init; }

    public required ConnectTickets Tickets { get; init; }

    public required LiveLimits Live { get; init; }

    /// <summary>The limits at this moment.</summary>
    public ConnectionLimits Limits => Live.Values;

    /// <summary>By lane: whom the lane is home to.</summary>
    public required IReadOnlyList<UserDirectory> Users { get; init; }

    /// <summary>By name.</summary>
    public required IReadOnlyDictionary<string, IRequestService> Requests { get; init; }

    /// <summary>By kind of room.</summary>
    public required IReadOnlyDictionary<string, IRoomOwners> Owners { get; init; }

    public required string NodeName { get; init; }

    public required bool AllowAnonymous { get; init; }

    public required ILogger Log { get; init; }

    public UserDirectory UsersOf(string user) => Users[(int)(LaneSet.StableHash(user) % (uint)Users.Count)];
}
