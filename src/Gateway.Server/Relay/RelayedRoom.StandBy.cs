using Gateway.Server.Cluster;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>As the owner: what the nodes that stand by are told. As one of those: what is made of it.</summary>
internal sealed partial class RelayedRoom
{
    // Said again when the room has gone quiet, should some of it have been lost; beyond it with the next round only.
    private const int MaxQuietKeptBytes = 4096;

    // Name, numbers and flags of one item, about.
    private const int PlaceBytes = 60;

    // The transient messages that the stand-ins are told of at the end of the turn.
    private readonly List<RoomMessage> _news = [];
    private bool _hasNews;
    private bool _hasKeptNews;
    private bool _isToSay;
    private (long Epoch, long Head) _inherited;

    // The lease under which the room last opened: before it has, nothing can be said under that.
    private long _openedUnder;

    // The newest lease under which this node has known where the room stands.
    private long KnownUnder => Math.Max(Room.OwnerEpoch, _openedUnder);

    // While the shard is handed over there is only the last word.
    private bool SaysStanding => Seat is { StandIns.Length: > 0, Lease: not null, IsLosing: false };

    public Inherited? Inherit()
    {
        if (Seat.Lease is not { } lease || _relay.Node.StandIns.Inherit(Seat.Shard, Room.Name, Room.Number, lease.Previous) is not { } inherited)
            return null;

        // A room may live on after it was owned or followed here, as long as publishes come through it, and know nothing of the owners since. Who follows has forgotten what was noted: that which is, was said later.
        var known = KnownUnder;
        if (inherited.OwnerEpoch < known || (inherited.OwnerEpoch == known && inherited.Epoch < Room.Epoch))
        {
            foreach (var message in inherited.Kept)
                message.Release();
            return null;
        }

        _inherited = (inherited.Epoch, inherited.Head);
        _relay.Node.Metrics.Warmed();
        return inherited with { IsLater = inherited.IsLater && inherited.OwnerEpoch > known };
    }

    /// <summary>Tells every stand-in that does not follow where the room stands, with all that is kept. How many bytes that took.</summary>
    public int SayStanding()
    {
        _isToSay = false;
        DropNews();
        if (!SaysStanding || _isClosed)
            return 0;
        var sizeBytes = 0;
        foreach (var node in Seat.StandIns)
        {
            if (Find(node) is null)
                sizeBytes += WriteStanding(node, StandByFlags.Whole, Room.Kept);
        }

        return sizeBytes;
    }

    /// <summary>The last word under this lease: also to those that follow, which cannot know that nothing comes after what they have.</summary>
    public void SayLastStanding()
    {
        // What it counts has gone out: after this the followers are forgotten.
        SendOutgoing();
        DropNews();
        foreach (var node in Seat.StandIns)
            WriteStanding(node, StandByFlags.Last, []);
    }

    /// <summary>What is kept, after the last word, to the node that has the shard next; one that follows has it. How many bytes that took.</summary>
    public int SayLastKept(NodeId node) => Room.Kept.Count > 0 && Find(node) is null ? WriteStanding(node, StandByFlags.Whole | StandByFlags.Last, Room.Kept) : 0;

    // Where the room stands takes some 60 bytes and is said at once; many rooms speak at the same time when a shard is taken over, so what is kept waits for its turn.
    private void SayStandingSoon()
    {
        if (!SaysStanding)
            return;
        foreach (var node in Seat.StandIns)
        {
            if (Find(node) is null)
                WriteStanding(node, Room.Kept.Count == 0 ? StandByFlags.Whole : StandByFlags.None, []);
        }

        SayKeptLater();
    }

    private void SayKeptLater()
    {
        if (_isToSay || Room.Kept.Count == 0)
            return;
        _isToSay = true;
        _relay.SayLater(this);
    }

    private bool HasColdStandIn()
    {
        if (!SaysStanding)
            return false;
        foreach (var node in Seat.StandIns)
        {
            if (Find(node) is null)
                return true;
        }

        return false;
    }

    private void NoteForStandIns(RoomMessage message)
    {
        // Its first news of the turn has asked.
        if (_hasNews ? !message.IsTransient : !HasColdStandIn())
            return;
        _hasNews = true;
        if (message.IsTransient && Room.Kind.Options.MaxKeptKeys > 0)
        {
            _hasKeptNews = true;
            _news.Add(message.Retain());
        }

        AskFlush();
    }

    private void SayNews()
    {
        if (!_hasNews || !SaysStanding)
        {
            DropNews();
            return;
        }

        foreach (var node in Seat.StandIns)
        {
            if (Find(node) is null)
                WriteStanding(node, StandByFlags.None, _news);
        }

        DropNews();
        SayHeadLater();
    }

    // The last that was said may have been lost.
    private void SayStandingWhenQuiet()
    {
        if (!SaysStanding)
            return;
        var isWhole = _hasKeptNews && Room.Kept.Sum(static message => message.RelayBody.Length) <= MaxQuietKeptBytes;
        _hasKeptNews = false;
        foreach (var node in Seat.StandIns)
        {
            if (Find(node) is null)
                WriteStanding(node, StandByFlags.None, []);
        }

        if (isWhole)
            SayKeptLater();
    }

    // It has this room no more: from now on it is told.
    private void SayStandingTo(NodeId node)
    {
        if (!SaysStanding || !Seat.StandIns.Contains(node))
            return;
        WriteStanding(node, Room.Kept.Count == 0 ? StandByFlags.Whole : StandByFlags.None, []);
        SayKeptLater();
    }

    // Of a room that knows where it stands: its owner may be gone, and never hear that it is to tell this node from now on. Or this node owns the shard by now, and the room has not opened yet.
    private void StandBy()
    {
        var standsBy = Seat.Lease is null ? Seat.IsStandingBy : _relay.Node.Options.StandIns > 0;
        var knows = IsFollowing || KnownUnder >= Seat.NewestOwnerEpoch;
        if (standsBy && knows && Room.Epoch != 0)
            _relay.Node.StandIns.Note(Seat.Shard, Room.Name, KnownUnder, new HistoryHead(Room.Epoch, Room.Head), Room.Kept);
    }

    /// <summary>This node owned the room, and stands by from now on. The next owner may never open it: then this is all that is known here, also when the room is forgotten meanwhile.</summary>
    public void NoteOwned(ShardLease lease)
    {
        if (_openedUnder == lease.Epoch && _relay.Node.Options.StandIns > 0)
            _relay.Node.StandIns.Note(Seat.Shard, Room.Name, lease.Epoch, new HistoryHead(Room.Epoch, Room.Head), Room.Kept);
    }

    private void SayStandDown(ShardLease lease)
    {
        foreach (var node in Seat.StandIns)
        {
            var outbox = _relay.OutboxOf(node);
            var writer = Begin(outbox, RelayItem.StandDown, 1);
            writer.WriteInt(lease.Epoch);
            writer.Flush();
            outbox.End();
        }
    }

    // In as many items as the messages take: the first one begins, the last one ends. How many bytes they take.
    private int WriteStanding(NodeId node, StandByFlags flags, IReadOnlyList<RoomMessage> messages)
    {
        if (Seat.Lease is not { } lease || _openedUnder != lease.Epoch)
            return 0;
        var (at, totalBytes) = (0, 0);
        do
        {
            var (begin, sizeBytes) = (at, MaxOverheadBytes);
            for (; at < messages.Count && sizeBytes + messages[at].RelayBody.Length + 5 <= _relay.Node.Wire.MaxMessageBytes; at++)
                sizeBytes += messages[at].RelayBody.Length + 5;
            var end = at;
            if (at == begin && at < messages.Count)
                at++; // Alone it is too large for the wire.
            var isEnd = at == messages.Count;
            var outbox = _relay.OutboxOf(node);
            var writer = Begin(outbox, RelayItem.StandBy, 5, sizeBytes);
            writer.WriteInt(lease.Epoch);
            writer.WriteInt(Room.Epoch);
            writer.WriteInt(Room.Head);
            writer.WriteInt((int)(isEnd ? flags : flags & ~StandByFlags.Last));
            writer.WriteArrayHeader(end - begin);
            for (var i = begin; i < end; i++)
                writer.WriteBinary(messages[i].RelayBody);
            writer.Flush();
            outbox.End();
            totalBytes += sizeBytes - MaxOverheadBytes + PlaceBytes;
            flags &= ~StandByFlags.Whole;
        }
        while (at < messages.Count);
        return totalBytes;
    }

    private void DropNews()
    {
        _hasNews = false;
        foreach (var message in _news)
            message.Release();
        _news.Clear();
    }
}
