using Gateway.Server.Cluster;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>Not as the owner: what is asked of it, and told to it.</summary>
internal sealed partial class RelayedRoom
{
    // An owner that could not answer is asked again so soon.
    private const int NotFollowedRetryMilliseconds = 100;

    private IDisposable? _subscription;
    private long _request;
    private long _askAt;
    private long _deadline;
    private long _report;

    // The last notice up to which the members here know who is there; -1: they do not.
    private long _notice = -1;

    // The owner's epoch under which they were counted.
    private long _noticesOf;
    private bool _isPending;
    private bool _isRosterMissed;

    // The newest number that the owner has sent, under which lease.
    private long _heardUnder;
    private long _heard;

    // The newest of those that were overtaken and had something that may be kept, and up to which the owner has said what is.
    private long _missed;
    private long _told;

    /// <summary>This node has been told where the room stands, and is sent what it gets.</summary>
    public bool IsFollowing { get; private set; }

    /// <summary>Its place among the lane's rooms that follow, while it does.</summary>
    public int FollowingIndex { get; set; }

    public void Follow()
    {
        _subscription ??= _relay.Node.Wire.Subscribe(_relay.Node.Subjects.OfRoom(Room.Name), this);
        _deadline = Room.Lane.Now + _relay.FollowTimeout;

        // One number however often it is asked: an owner that takes long to answer is heard all the same.
        _request++;
        if (!_isPending)
        {
            _isPending = true;
            _relay.AddPending(this);
        }

        WriteFollow();
    }

    // One lane's turn there should not be long.
    public int MaxReportBytes => Math.Min(MaxGatheredBytes, _relay.Node.Wire.MaxMessageBytes - MaxOverheadBytes);

    public void Report(ReadOnlySpan<byte> changes, bool isAll, bool hasMore)
    {
        if (!IsFollowing || Seat.Owner is not { } owner)
            return;
        var outbox = _relay.OutboxOf(owner);
        var writer = Begin(outbox, RelayItem.Report, 4, MaxOverheadBytes + changes.Length);
        writer.WriteInt(++_report);
        writer.WriteBoolean(isAll);
        writer.WriteBinary(changes);
        writer.WriteBoolean(hasMore);
        writer.Flush();
        outbox.End();
    }

    /// <summary>Time has passed: asks again, gives up, or sees that there is nobody to ask.</summary>
    public bool IsStillPending()
    {
        if (!_isPending)
            return false;
        if (Role == RoomRole.Owner)
        {
            // The lease had run out by this node's clock for a moment, and was renewed.
            OnPlaced(RoomRole.Owner);
            return false;
        }

        if (Room.Lane.Now >= _deadline)
        {
            _isPending = false;
            Room.OnUnavailable();
            return false;
        }

        if (Room.Lane.Now >= _askAt)
            WriteFollow();
        return true;
    }

    public void OnFollowed(NodeId owner, long request, RoomPlace place, long notice)
    {
        // An owner that another one has followed by now is not to be listened to; the map will say so, too.
        var isOutdated = place.OwnerEpoch < Room.OwnerEpoch;
        if (isOutdated)
            OnNotFollowed(request);
        if (!_isPending || request != _request || Seat.Owner != owner || isOutdated)
        {
            foreach (var message in place.Kept)
                message.Release();
            return;
        }

        HearOf(place.OwnerEpoch);
        if (place.Number < _missed)
        {
            // Said before what was missed.
            foreach (var message in place.Kept)
                message.Release();
            WriteFollow();
            return;
        }

        _isPending = false;
        (_heard, _missed, _told) = (Math.Max(_heard, place.Number), 0, place.Number);
        if (!IsFollowing)
        {
            IsFollowing = true;
            _relay.AddFollowing(this);
        }

        // The first members of a room ask by themselves. Those who were told by another owner are told all by this one.
        if (_noticesOf != place.OwnerEpoch)
            _notice = Room.Epoch == 0 && !_isRosterMissed ? notice : -1;
        _noticesOf = place.OwnerEpoch;
        _isRosterMissed = false;
        _relay.Node.StandIns.Forget(Seat.Shard, Room.Name);
        Room.OnFollowed(place);
        CheckNotices(place.OwnerEpoch, notice);
    }

    /// <summary>Members here were told who is there by this node alone: they have to be told all.</summary>
    public void MissRoster()
    {
        _notice = -1;
        _isRosterMissed = true;
    }

    /// <summary>The owner says how many notices it has sent.</summary>
    public void CheckNotices(long ownerEpoch, long notice)
    {
        if (ownerEpoch == _noticesOf && notice != _notice && Room.HasSubscribers && Seat.Owner is { } owner)
            _relay.SendAsk(owner, Seat.Shard, Room.Name, 0, null);
    }

    /// <summary>A roster that was overtaken by a notice that it does not count.</summary>
    public bool IsOutdated(long notice) => notice < _notice;

    /// <summary>The whole roster, for all members.</summary>
    public void OnRoster(byte[] frame, long notice)
    {
        if (IsOutdated(notice))
            return;
        _notice = notice;
        Room.OnNotice(frame);
    }

    public void OnNotFollowed(long request)
    {
        if (_isPending && request == _request)
            _askAt = Room.Lane.Now + NotFollowedRetryMilliseconds;
    }

    /// <summary>What was sent here may be lost. What is kept has no offsets by which that would show.</summary>
    public void CheckAll()
    {
        if (Room.Kept.Count > 0)
            Room.Reopen();
        else
            Check();
    }

    /// <summary>Says to the owner up to where this node has the room.</summary>
    public void Check()
    {
        if (_isPending || !Room.IsOpen || Seat.Owner is not { } owner)
            return;
        var outbox = _relay.OutboxOf(owner);
        var writer = Begin(outbox, RelayItem.Check, 4);
        writer.WriteInt(Room.Epoch);
        writer.WriteInt(Room.Head);
        writer.WriteInt(_report);
        writer.WriteInt(_notice);
        writer.Flush();
        outbox.End();
    }

    // Something that the owner has sent later has come before it: to whoever has that, this says what is not so any more.
    private bool IsOvertaken(long ownerEpoch, long number)
    {
        if (number == 0 || ownerEpoch < _heardUnder)
            return false;
        HearOf(ownerEpoch);
        if (number <= _heard)
        {
            _relay.Node.Metrics.Overtaken();
            return true;
        }

        _heard = number;
        return false;
    }

    // Each lease of an owner counts for itself.
    private void HearOf(long ownerEpoch)
    {
        if (ownerEpoch != _heardUnder)
            (_heardUnder, _heard, _missed, _told) = (ownerEpoch, 0, 0, 0);
    }

    private void TakeBatch(RoomBatch batch)
    {
        if (!IsOvertaken(batch.OwnerEpoch, batch.Number))
        {
            Room.Receive(batch);
            return;
        }

        // It may have had the latest of another key: what is kept is asked for, unless it has been said since. What has an offset says itself where it belongs.
        var number = batch.Number;
        var mayMiss = batch.DropTransients() > 0 && number > _told && Room.Kind.Options.MaxKeptKeys > 0;
        if (batch.Peek() is null)
            batch.Release();
        else
            Room.Receive(batch);
        if (mayMiss)
        {
            _missed = Math.Max(_missed, number);
            AskForMissed();
        }
    }

    // Not while the room is being opened anyway: then after that.
    private bool AskForMissed()
    {
        if (_missed == 0 || !IsFollowing || _isPending || Role != RoomRole.Follower)
            return false;
        Room.Reopen();
        return true;
    }

    // A change is worth little without those before it, but more than nothing.
    private void TakeNotice(RelayNotice notice, long number)
    {
        if (_isClosed || IsOvertaken(notice.OwnerEpoch, number) || Role != RoomRole.Follower || notice.OwnerEpoch != _noticesOf || (_notice >= 0 && notice.Number <= _notice))
            return;
        if (notice.Number == _notice + 1)
            _notice = notice.Number;
        else
            CheckNotices(notice.OwnerEpoch, notice.Number);
        Room.OnNotice(notice.Frame);
    }

    private void WriteFollow()
    {
        _askAt = Room.Lane.Now + _relay.RetryAfter;
        if (Seat.Lease is not null || Seat.Owner is not { } owner)
            return;
        var outbox = _relay.OutboxOf(owner);
        var writer = Begin(outbox, RelayItem.Follow, 5);
        writer.WriteInt(_request);
        writer.WriteInt(Room.Epoch);
        writer.WriteInt(Room.Head);
        writer.WriteBoolean(Room.DoubtsHistory);
        writer.WriteBoolean(true);
        writer.Flush();
        outbox.End();
    }

    private void EndFollowing()
    {
        _subscription?.Dispose();
        _subscription = null;
        _isPending = false;
        if (IsFollowing)
        {
            IsFollowing = false;
            _relay.RemoveFollowing(this);
        }
    }
}
