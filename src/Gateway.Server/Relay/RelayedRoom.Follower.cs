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
    private bool _isPending;

    /// <summary>This node has been told where the room stands, and is sent what it gets.</summary>
    public bool IsFollowing { get; private set; }

    public void Follow()
    {
        _subscription ??= _relay.Node.Wire.Subscribe(_relay.Node.Subjects.OfRoom(Room.Name), this);
        _deadline = Room.Lane.Now + _relay.FollowTimeout;
        if (!_isPending)
        {
            _isPending = true;
            _relay.AddPending(this);
        }

        WriteFollow();
    }

    public void Report(ReadOnlySpan<byte> changes, bool isAll)
    {
        if (!IsFollowing || Seat.Owner is not { } owner)
            return;
        var outbox = _relay.OutboxOf(owner);
        var writer = Begin(outbox, RelayItem.Report, 3, MaxOverheadBytes + changes.Length);
        writer.WriteInt(++_report);
        writer.WriteBoolean(isAll);
        writer.WriteBinary(changes);
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

    public void OnFollowed(NodeId owner, long request, RoomPlace place)
    {
        if (!_isPending || request != _request || Seat.Owner != owner)
        {
            foreach (var message in place.Kept)
                message.Release();
            return;
        }

        _isPending = false;
        if (!IsFollowing)
        {
            IsFollowing = true;
            _relay.AddFollowing(this);
        }

        Room.OnFollowed(place);
    }

    public void OnNotFollowed(long request)
    {
        if (_isPending && request == _request)
            _askAt = Room.Lane.Now + NotFollowedRetryMilliseconds;
    }

    /// <summary>Says to the owner up to where this node has the room.</summary>
    public void Check()
    {
        if (_isPending || !Room.IsOpen || Seat.Owner is not { } owner)
            return;
        var outbox = _relay.OutboxOf(owner);
        var writer = Begin(outbox, RelayItem.Check, 3);
        writer.WriteInt(Room.Epoch);
        writer.WriteInt(Room.Head);
        writer.WriteInt(_report);
        writer.Flush();
        outbox.End();
    }

    private void WriteFollow()
    {
        _request++;
        _askAt = Room.Lane.Now + _relay.RetryAfter;
        if (Seat.Lease is not null || Seat.Owner is not { } owner)
            return;
        var outbox = _relay.OutboxOf(owner);
        var writer = Begin(outbox, RelayItem.Follow, 3);
        writer.WriteInt(_request);
        writer.WriteInt(Room.Epoch);
        writer.WriteInt(Room.Head);
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
