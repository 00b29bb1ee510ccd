namespace Gateway.Server.Rooms;

/// <summary>How a new owner goes on from where the room stood with the one before.</summary>
/// <remarks>
/// <para>What this node knows comes from following the room itself, or from what it was told as a stand-in; either may lack the last that the owner did. A durable room asks its history all the
/// same, which decides; that it may have lost its newest messages shows by what is known here (<see cref="Claim"/>).</para>
/// <para>Invariant of a room without a history: no offset is given twice under one epoch. It goes on under the same epoch only after the owner's last word with nobody in between; else a new
/// epoch begins, which says to every member that something may be lost, and its offsets go on, which says to each what it lacks of what is known.</para>
/// </remarks>
internal sealed partial class Room
{
    private Inherited? Inherit()
    {
        if (_relay.Inherit() is not { } before)
        {
            return null;
        }

        // Who has followed the room has them as new or newer.
        var isNews = Epoch == 0 || before.IsExact;
        foreach (var message in before.Kept)
        {
            if (isNews)
            {
                Keep(message);
            }

            message.Release();
        }

        return before;
    }

    private HistoryHead Resume(Inherited? before)
    {
        if (before is not null && Epoch == 0)
        {
            (Epoch, Head) = (before.Epoch, before.Head);
        }

        // Another epoch than the members here know: for them nothing goes on.
        var isKnown = before is null || before.Epoch == Epoch;
        if (before is not null && isKnown && before.Head > Head)
        {
            Skip(before.Head);
        }

        return before is { IsExact: true } && isKnown && before.Head == Head ? new HistoryHead(Epoch, Head)
            : isKnown && Epoch != 0 ? new HistoryHead(_directory.NewEpoch(this), Head, Continues: true)
            : new HistoryHead(_directory.NewEpoch(this), 0);
    }
}
