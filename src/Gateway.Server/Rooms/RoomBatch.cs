namespace Gateway.Server.Rooms;

/// <summary>Some messages of a room as its owner sent them to the nodes that follow. Pooled; owned by one holder at a time, with one reference to each message.</summary>
internal sealed class RoomBatch
{
    private static readonly BoundedPool<RoomBatch> Pool = new(static () => new RoomBatch(), 1024);

    /// <summary>Of the lease under which the sender owned the shard.</summary>
    public long OwnerEpoch { get; private set; }

    /// <summary>The room's epoch.</summary>
    public long Epoch { get; private set; }

    /// <summary>Grows with each one that is sent under the owner's epoch; 0: the sender gives none.</summary>
    public long Number { get; private set; }

    /// <summary>In the order of the room, sealed with this node's number for it.</summary>
    public List<RoomMessage> Messages { get; } = [];

    /// <summary>How many have been taken out from the front.</summary>
    public int Taken { get; private set; }

    public static RoomBatch Rent(long ownerEpoch, long epoch, long number)
    {
        var batch = Pool.Rent();
        (batch.OwnerEpoch, batch.Epoch, batch.Number, batch.Taken) = (ownerEpoch, epoch, number, 0);
        return batch;
    }

    /// <summary>The next message, still owned by the batch; null at the end.</summary>
    public RoomMessage? Peek() => Taken < Messages.Count ? Messages[Taken] : null;

    /// <summary>Takes the next one out; the caller owns its reference.</summary>
    public RoomMessage Take() => Messages[Taken++];

    /// <summary>Gives back transient messages that have not been taken out.</summary>
    /// <param name="isStale">Which of them; null: all.</param>
    /// <returns>How many.</returns>
    public int DropTransients(Predicate<RoomMessage>? isStale = null)
    {
        var end = Taken;
        for (var i = Taken; i < Messages.Count; i++)
        {
            var message = Messages[i];
            if (message.IsTransient && isStale?.Invoke(message) != false)
            {
                message.Release();
            }
            else
            {
                Messages[end++] = message;
            }
        }

        var count = Messages.Count - end;
        Messages.RemoveRange(end, count);
        return count;
    }

    /// <summary>Gives back what was not taken, and the batch.</summary>
    public void Release()
    {
        while (Peek() is not null)
        {
            Take().Release();
        }

        Messages.Clear();
        Pool.Return(this);
    }
}
