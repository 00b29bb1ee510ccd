namespace Gateway.Client;

/// <summary>How to join a room.</summary>
public sealed record JoinOptions
{
    /// <summary>Whether to be told who is in the room: <see cref="RoomSubscription.PresenceChanged"/>.</summary>
    public bool Presence { get; init; }

    /// <summary>Whether to stay out of the list of those who are in the room.</summary>
    public bool Observer { get; init; }

    /// <summary>How many of the newest messages to begin with, 0 to 1,000. Not used together with <see cref="From"/>.</summary>
    public int Tail { get; init; }

    /// <summary>
    /// A position kept from an earlier time (<see cref="RoomSubscription.Position"/>): what came after it is delivered, or a gap is reported when the
    /// history no longer reaches back.
    /// </summary>
    public RoomPosition? From { get; init; }
}
