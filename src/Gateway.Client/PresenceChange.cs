namespace Gateway.Client;

/// <summary>Who came, went or changed state.</summary>
/// <param name="Roster">Who is in the room now.</param>
/// <param name="Joined">Who came. After a (re)connection the whole roster is new and this list is empty.</param>
/// <param name="Left">The ids of those who went.</param>
/// <param name="Updated">Who set another state.</param>
public sealed record PresenceChange(
    RoomRoster Roster, IReadOnlyList<PresenceMember> Joined, IReadOnlyList<string> Left, IReadOnlyList<PresenceMember> Updated);
