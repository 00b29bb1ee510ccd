namespace Gateway.Faults.Tests.Oracles;

/// <summary>A room as one member sees it on the wire, over all its connections. Used by one thread at a time.</summary>
internal sealed class MemberView(RoomOracle oracle, string member, string room)
{
    private readonly HashSet<long> _endedEpochs = [];
    private long _seenCount;
    private long _toldCount;

    public string Member => member;

    public string Room => room;

    public bool IsJoined { get; private set; }

    public long Epoch { get; private set; }

    /// <summary>The offset of the last message seen, or told as lost.</summary>
    public long Position { get; private set; }

    public long SeenCount => Volatile.Read(ref _seenCount);

    public long ToldCount => Volatile.Read(ref _toldCount);

    /// <summary>The gateway said where the member goes on: to a join, or by itself.</summary>
    /// <param name="epoch">Of the offset.</param>
    /// <param name="offset">What comes next is behind this.</param>
    /// <param name="recovered">Whether nothing is missing.</param>
    public void Joined(long epoch, long offset, bool recovered)
    {
        if (IsJoined)
            Resume(epoch, offset, recovered);
        else if (recovered)
            Say(ViolationKind.Refused, $"joined without a position, and was told that {epoch}/{offset} is recovered");
        (IsJoined, Epoch, Position) = (true, epoch, offset);
    }

    /// <summary>A message came. Transient ones have no place in the order and are not told here.</summary>
    public void Message(long epoch, long offset, string text)
    {
        Interlocked.Increment(ref _seenCount);
        var place = new RoomPlace(room, epoch, offset);
        if (!IsJoined || epoch != Epoch)
            Say(ViolationKind.OutOfOrder, $"'{text}' at {place} came to a member that is at {Epoch}/{Position}");
        else if (offset <= Position && oracle.At(place) is { } before && before == text)
            Say(ViolationKind.Doubled, $"'{text}' at {place} came again behind {Position}");
        else if (offset <= Position)
            Say(ViolationKind.OutOfOrder, $"'{text}' at {place} came behind {Position}");
        else if (offset > Position + 1)
            Say(ViolationKind.Lost, $"'{text}' at {place} came behind {Position}, and nobody said that something is missing", offset - Position - 1);
        oracle.Place(member, place, text);
        (Epoch, Position) = (epoch, Math.Max(Position, offset));
    }

    /// <summary>The gateway said that messages will not come.</summary>
    public void Told(long from, long to)
    {
        if (from == 0 && to == 0)
            return;
        if (from != Position + 1 || to < from)
            Say(ViolationKind.OutOfOrder, $"the loss of {from} to {to} was said behind {Position}");
        Miss(to - Position, $"was told that {from} to {to} are lost");
        Position = Math.Max(Position, to);
    }

    private void Resume(long epoch, long offset, bool recovered)
    {
        if (epoch == Epoch)
        {
            if (recovered ? offset != Position : offset < Position)
                Say(ViolationKind.OutOfOrder, $"came back at {Position} and goes on behind {offset}{(recovered ? ", which is called recovered" : "")}");
            else if (offset > Position)
                Miss(offset - Position, $"came back at {Position} and goes on behind {offset}");
            return;
        }

        if (_endedEpochs.Contains(epoch))
            Say(ViolationKind.EpochChanged, $"epoch {epoch} is back after {Epoch}");
        else if (oracle.IsDurable(room))
            Say(ViolationKind.EpochChanged, $"epoch {Epoch} at {Position} became {epoch} at {offset}");
        if (recovered)
            Say(ViolationKind.Refused, $"epoch {Epoch} became {epoch}, which is called recovered");
        Interlocked.Increment(ref _toldCount);
        _endedEpochs.Add(Epoch);
    }

    private void Miss(long count, string detail)
    {
        if (oracle.IsDurable(room))
            Say(ViolationKind.Lost, detail, count);
        else
            Interlocked.Add(ref _toldCount, count);
    }

    private void Say(ViolationKind kind, string detail, long count = 1) => oracle.Say(new Violation(kind, member, room, detail, count));
}
