namespace Gateway.Server.Rooms;

/// <summary>How a new owner goes on from where the room stood with the one before.</summary>
/// <remarks>
/// <para>What this node knows comes from following the room itself, or from what it was told as a stand-in; either may lack the last that the owner did. A durable room asks its history all the
/// same, which decides; that it may have lost its newest messages shows by what is known here (<see cref="Claim"/>).</para>
/// <para>Invariant of a room without a history: no offset is given twice under one epoch. It goes on under the same epoch only after the owner's last word with nobody in between, which is believed when the word came just before this node's lease; else a new
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

        // What is here is of an earlier owner, and was followed by what is said now.
        if (before.IsLater)
        {
            _kept?.Clear();
        }

        foreach (var message in before.Kept)
        {
            if (!HasKept(message))
            {
                Keep(message);
                SendHere(message);
            }

            message.Release();
        }

        return before;
    }

    // Who has followed until now has most of what is said, and so have the members here.
    private bool HasKept(RoomMessage message)
    {
        foreach (var kept in Kept)
        {
            if (kept.RelayBody.SequenceEqual(message.RelayBody))
            {
                return true;
            }
        }

        return false;
    }

    private HistoryHead Resume(Inherited? before)
    {
        if (before is null)
        {
            return Epoch == 0 ? new HistoryHead(_directory.NewEpoch(this), 0) : new HistoryHead(_directory.NewEpoch(this), Head, Continues: true);
        }

        if (Epoch == 0)
        {
            (Epoch, Head) = (before.Epoch, before.Head);
        }
        else if (before.Epoch != Epoch)
        {
            // For members here nothing goes on; for those elsewhere, who have followed, it does.
            BeginEpoch(new HistoryHead(before.Epoch, before.Head));
        }
        else if (before.Head > Head)
        {
            Skip(before.Head);
        }

        return before.IsExact && before.Head == Head ? new HistoryHead(Epoch, Head) : new HistoryHead(_directory.NewEpoch(this), Head, Continues: true);
    }
}
