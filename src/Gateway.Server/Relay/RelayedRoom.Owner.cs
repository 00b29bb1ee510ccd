using System.Buffers;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Cluster;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>As the owner: the nodes that follow, and what is sent to them.</summary>
internal sealed partial class RelayedRoom
{
    // As long as a node that is slow, or whose checks get lost, may be silent.
    private const int MaxMissedChecks = 4;

    private readonly List<RoomFollower> _followers = [];
    private long _noticeCount;

    public bool IsFollowed => _followers.Count > 0;

    /// <summary>A node wants what the room gets.</summary>
    public void OnFollow(NodeId node, long request, long epoch, long head, bool doubts, bool isNumbered)
    {
        var follower = Find(node);
        if (follower is null)
        {
            follower = new RoomFollower(node);
            _followers.Add(follower);
            if (epoch != 0)
                Room.PlanResync();
        }

        (follower.HeardAt, follower.IsNumbered) = (Room.Lane.Now, isNumbered);
        (follower.WaitingRequest, follower.KnownEpoch, follower.KnownHead) = (request, epoch, head);
        if (Room.IsOpen && doubts)
            Room.Reopen();
        if (Room.IsOpen)
            Room.Claim(epoch, head);
        if (Room.IsOpen)
            Answer(follower);
        else
            Room.EnsureOpen();
    }

    public void OnUnfollow(NodeId node)
    {
        if (Find(node) is not { } follower)
            return;
        _followers.Remove(follower);
        Room.DropShare(follower.Share, dropped: false);
        SayStandingTo(node);
    }

    /// <summary>A node says up to where it has the room. False: it does not follow.</summary>
    public bool OnCheck(NodeId node, long epoch, long head, long report, long notice)
    {
        if (Find(node) is not { } follower)
            return false;
        follower.HeardAt = Room.Lane.Now;
        if (!Room.IsOpen)
        {
            Room.EnsureOpen();
            return true;
        }

        Room.Claim(epoch, head);
        if (Room.IsOpen && (epoch != Room.Epoch || head < Room.Head))
            WriteHead(follower);
        if (follower.Share.Version != report)
            WriteName(node, RelayItem.AskReport);
        if (notice != _noticeCount)
            WriteRoster(node, 0, null);
        return true;
    }

    /// <summary>Answers who is there. For all members of a node only when all nodes have had the time to say who is there with them.</summary>
    public void WriteRoster(NodeId node, long question, IReadOnlyList<string>? users)
    {
        if (question == 0 && Room.AwaitsReports)
            return;
        var frame = Room.WriteRoster(0, users);
        var outbox = _relay.OutboxOf(node);
        var writer = Begin(outbox, RelayItem.Roster, 3, MaxOverheadBytes + frame.Length);
        writer.WriteInt(question);
        writer.WriteBinary(frame);
        writer.WriteInt(_noticeCount);
        writer.Flush();
        outbox.End();
    }

    /// <summary>A node says who came, changed and left there. False: it does not follow.</summary>
    public bool OnReport(NodeId node, long report, bool isAll, RosterChanges changes, bool hasMore)
    {
        if (Find(node) is not { } follower)
            return false;
        follower.HeardAt = Room.Lane.Now;
        if (!isAll && report != follower.Share.Version + 1)
        {
            WriteName(node, RelayItem.AskReport);
            return true;
        }

        follower.Share.Version = report;
        Room.TakeReport(follower.Share, changes, isAll, hasMore);
        return true;
    }

    public void OnOpened()
    {
        if (AskForMissed())
            return;

        // A history that has lost its newest messages shows only by those who know them.
        Room.Claim(_inherited.Epoch, _inherited.Head);
        _inherited = default;
        foreach (var follower in _followers)
        {
            if (follower.WaitingRequest != 0)
                Room.Claim(follower.KnownEpoch, follower.KnownHead);
        }

        if (!Room.IsOpen)
            return;
        _openedUnder = Seat.Lease?.Epoch ?? 0;
        foreach (var follower in _followers)
        {
            if (follower.WaitingRequest != 0)
                Answer(follower);
            else
                WriteHead(follower);
        }

        SayStandingSoon();
    }

    public void OnUnavailable()
    {
        for (var i = _followers.Count - 1; i >= 0; i--)
        {
            var follower = _followers[i];
            if (follower.WaitingRequest == 0)
                continue;
            WriteNotFollowed(_relay.OutboxOf(follower.Node), Seat.Shard, Room.Name, follower.WaitingRequest);
            follower.WaitingRequest = 0;
        }
    }

    /// <summary>Nodes that are gone: their users may come back to others.</summary>
    public void ForgetFollowers(HashSet<NodeId> live)
    {
        for (var i = _followers.Count - 1; i >= 0; i--)
        {
            var follower = _followers[i];
            if (live.Contains(follower.Node))
                continue;
            _followers.RemoveAt(i);
            Room.DropShare(follower.Share, dropped: true);
        }
    }

    /// <summary>Nodes that should have spoken several times by now: they have forgotten the room, and what they said about it was lost.</summary>
    public void ForgetSilentFollowers()
    {
        var heardSince = Room.Lane.Now - (MaxMissedChecks * (long)_relay.Node.Options.CheckInterval.TotalMilliseconds);
        for (var i = _followers.Count - 1; i >= 0; i--)
        {
            var follower = _followers[i];
            if (follower.HeardAt >= heardSince)
                continue;
            _followers.RemoveAt(i);
            Room.DropShare(follower.Share, dropped: true);
            SayStandingTo(follower.Node);
        }
    }

    /// <summary>This node is the owner no more.</summary>
    public void DropFollowers()
    {
        _followers.Clear();
        DropOutgoing();
        DropNews();
    }

    /// <summary>Says up to where the room has been sent.</summary>
    public void SayHead()
    {
        if (!Room.IsOpen)
            return;
        foreach (var follower in _followers)
            WriteHead(follower);
    }

    /// <summary>When the room has been quiet for a while its head is said once more. True: nothing is left to be said.</summary>
    public bool HasSaidHead()
    {
        if ((_followers.Count > 0 || Seat.StandIns.Length > 0) && Seat.Lease is not null && Room.Lane.Now - _sentAt < (long)_relay.Node.Options.HeadDelay.TotalMilliseconds)
            return false;
        _isUnsaid = false;
        if (Seat.Lease is not null)
            SayHead();
        SayStandingWhenQuiet();
        return true;
    }

    /// <summary>Tells a node that it does not follow, and should try again.</summary>
    public static void WriteNotFollowed(NodeOutbox outbox, int shard, string name, long request)
    {
        var writer = outbox.Begin(RelayItem.Followed, shard, 3);
        writer.WriteString(name);
        writer.WriteInt(request);
        writer.WriteBoolean(false);
        writer.Flush();
        outbox.End();
    }

    // The roster keeps only the users of this node.
    private void ForgetShares()
    {
        foreach (var follower in _followers)
            follower.Share.Forget();
    }

    // Followers from before the room was without an owner for a moment.
    private void AskReports()
    {
        foreach (var follower in _followers)
            WriteName(follower.Node, RelayItem.AskReport);
    }

    private RoomFollower? Find(NodeId node)
    {
        foreach (var follower in _followers)
        {
            if (follower.Node == node)
                return follower;
        }

        return null;
    }

    private void Answer(RoomFollower follower)
    {
        if (Seat.Lease is not { } lease)
            return;
        // What is said about the head must not overtake what it counts.
        SendOutgoing();
        var outbox = _relay.OutboxOf(follower.Node);
        var kept = KeptThatFit(out var sizeBytes);
        var number = _relay.Number;
        var writer = Begin(outbox, RelayItem.Followed, 9, sizeBytes);
        writer.WriteInt(follower.WaitingRequest);
        writer.WriteBoolean(true);
        writer.WriteInt(lease.Epoch);
        writer.WriteInt(Room.Epoch);
        writer.WriteInt(Room.Head);
        writer.WriteInt(_noticeCount);
        writer.WriteBoolean(follower.KnownEpoch != 0 && follower.KnownEpoch == Room.ContinuedEpoch);
        writer.WriteArrayHeader(kept);
        for (var i = 0; i < kept; i++)
            writer.WriteBinary(Room.Kept[i].RelayBody);
        writer.WriteInt(number);
        writer.Flush();
        outbox.End();
        follower.WaitingRequest = 0;
    }

    // A convenience for those who join: what is too much for one message is left out.
    private int KeptThatFit(out int sizeBytes)
    {
        sizeBytes = MaxOverheadBytes;
        var count = 0;
        foreach (var message in Room.Kept)
        {
            var size = message.RelayBody.Length + 5;
            if (sizeBytes + size > _relay.Node.Wire.MaxMessageBytes / 2)
                break;
            sizeBytes += size;
            count++;
        }

        return count;
    }

    private void WriteHead(RoomFollower follower)
    {
        if (Seat.Lease is not { } lease)
            return;
        SendOutgoing();
        var outbox = _relay.OutboxOf(follower.Node);
        var writer = Begin(outbox, RelayItem.Head, 4);
        writer.WriteInt(lease.Epoch);
        writer.WriteInt(Room.Epoch);
        writer.WriteInt(Room.Head);
        writer.WriteInt(_noticeCount);
        writer.Flush();
        outbox.End();
    }
}
