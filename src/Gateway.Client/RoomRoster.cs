namespace Gateway.Client;

/// <summary>Who is in a room at one moment.</summary>
/// <param name="Count">The exact number of users.</param>
/// <param name="Members">All of them when <paramref name="IsComplete"/>, else a sample.</param>
/// <param name="IsComplete">Whether <paramref name="Members"/> lists everyone; in rooms above 200 it does not.</param>
public sealed record RoomRoster(int Count, IReadOnlyList<PresenceMember> Members, bool IsComplete);
