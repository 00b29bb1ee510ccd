namespace Gateway.Server.Rooms;

/// <summary>Answers the rule <c>owner</c> for a kind of room whose owner is not in its name (a job belongs to who uploaded it).</summary>
internal interface IRoomOwners
{
    /// <summary>The kind of room this answers for, such as <c>job</c>.</summary>
    string Kind { get; }

    /// <summary>The user id of the room's owner, or null when there is no such thing. Called from any thread.</summary>
    ValueTask<string?> GetOwnerAsync(string roomId, CancellationToken cancellationToken);
}
