using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>What a stand-in knows of one room. Belongs to <see cref="StandIns"/>. Some 250 bytes, and what is kept.</summary>
internal sealed class StandInRoom(RoomKind kind, KeptBudget budget)
{
    private KeptMessages? _kept;

    /// <summary>Of the lease of the owner who said it.</summary>
    public long OwnerEpoch { get; private set; }

    public long Epoch { get; private set; }

    public long Head { get; private set; }

    /// <summary>It was that owner's last word. Under its lease nothing new follows it.</summary>
    public bool IsLast { get; private set; }

    /// <summary>All that was kept has been told since this node was told of the room; else there may be more.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>When the owner last said something of the room, as a timestamp.</summary>
    public long HeardAt { get; private set; }

    public IReadOnlyList<RoomMessage> Kept => _kept?.Messages ?? [];

    /// <summary>The owner says where the room stands. False: another one has followed it by now, or the room's next epoch.</summary>
    public bool TryMove(long ownerEpoch, long epoch, long head, StandByFlags flags, long now)
    {
        if (ownerEpoch < OwnerEpoch || (ownerEpoch == OwnerEpoch && epoch < Epoch))
            return false;
        var isLast = IsLast && ownerEpoch == OwnerEpoch && epoch == Epoch && head == Head;

        // Under one epoch offsets only grow, whoever gives them: an owner that says less has a history that lost some.
        Head = epoch == Epoch ? Math.Max(head, Head) : head;
        (OwnerEpoch, Epoch, HeardAt) = (ownerEpoch, epoch, now);
        IsLast = isLast || (flags & StandByFlags.Last) != StandByFlags.None;
        if ((flags & StandByFlags.Whole) != StandByFlags.None)
        {
            _kept?.Clear();
            IsWhole = true;
        }

        return true;
    }

    public void Keep(RoomMessage message) => (_kept ??= new KeptMessages(kind.Options.MaxKeptKeys, budget)).Keep(message);

    public void Clear() => _kept?.Clear();
}
