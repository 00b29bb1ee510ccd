namespace Gateway.Client.Sessions;

/// <summary>The publishes to one room, in their order.</summary>
internal sealed class OutboxLane(string room)
{
    public string Room { get; } = room;

    /// <summary>Not sent, or to be sent again; ordered by sequence.</summary>
    public LinkedList<PendingPublish> Waiting { get; } = new();

    /// <summary>Sent on this connection and not answered; ordered by sequence.</summary>
    public List<PendingPublish> InFlight { get; } = [];

    /// <summary>Nothing of this lane is sent before this time: the gateway turned its first one away for the moment.</summary>
    public TimeSpan HeldUntil { get; set; }

    /// <summary>How many times in a row the gateway turned the lane away.</summary>
    public int Refusals { get; set; }

    public bool IsEmpty => Waiting.Count == 0 && InFlight.Count == 0;

    /// <summary>Puts a publish back where its sequence says, so that a repetition keeps the order.</summary>
    public void PutBack(PendingPublish publish)
    {
        var node = Waiting.First;
        while (node is not null && node.Value.Sequence < publish.Sequence)
            node = node.Next;
        if (node is null)
            Waiting.AddLast(publish);
        else
            Waiting.AddBefore(node, publish);
    }
}
