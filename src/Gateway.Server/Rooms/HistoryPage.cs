namespace Gateway.Server.Rooms;

/// <summary>
/// Some consecutive messages of a room. The reader owns one reference to each message and returns them with <see cref="Release"/>.
/// </summary>
/// <param name="Epoch">The epoch the messages belong to.</param>
/// <param name="Head">The newest offset at the time of reading.</param>
/// <param name="First">The oldest offset that is still kept; Head + 1 when nothing is.</param>
/// <param name="Messages">Consecutive, beginning at the later of the asked-for offset and <paramref name="First"/>.</param>
internal sealed record HistoryPage(long Epoch, long Head, long First, IReadOnlyList<RoomMessage> Messages)
{
    /// <summary>The page as of an earlier head: what the members have not been sent yet comes to them by itself.</summary>
    public HistoryPage Until(long head)
    {
        if (Head <= head)
        {
            return this;
        }

        var kept = new List<RoomMessage>(Messages.Count);
        foreach (var message in Messages)
        {
            if (message.Offset <= head)
            {
                kept.Add(message);
            }
            else
            {
                message.Release();
            }
        }

        return new HistoryPage(Epoch, head, Math.Min(First, head + 1), kept);
    }

    public void Release()
    {
        foreach (var message in Messages)
        {
            message.Release();
        }
    }
}
