using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

internal sealed partial class Session
{
    // A turn beyond this size is handed over message by message, each of which looks at the byte budget.
    public const int MaxSharedBytes = 64 * 1024;

    private uint _nextServed;

    public int Outlet => _connection.Outlet;

    /// <remarks>Hot path: once for each member and turn.</remarks>
    public void Deliver(Membership membership, RoomTurn turn)
    {
        var priority = membership.Room.Kind.Options.Priority;
        if (membership.IsBefore(turn) && !_connection.IsCongested && turn.TotalBytes <= MaxSharedBytes && _connection.HasPlace)
        {
            _connection.Enqueue(priority, turn.All(Encoding), membership);
            membership.Position = turn.LastOffset;
            return;
        }

        for (var i = 0; i < turn.Count; i++)
        {
            DeliverOne(membership, turn[i], turn.Single(i, Encoding), priority);
        }
    }

    public void DeliverKept(Membership membership, RoomMessage message)
    {
        var priority = membership.Room.Kind.Options.Priority;
        if (Encoding == WireEncoding.MessagePack)
        {
            _connection.Enqueue(priority, message.Wire, membership, message);
            return;
        }

        var encoded = _connection.Home.Encoder.Encode(message.Frame, Encoding);
        _connection.Enqueue(priority, encoded, membership, message);
        encoded.Release();
    }

    public void DeliverNotice(Membership membership, byte[] frame)
    {
        // Changes of presence are worth nothing without those before them: a connection that is full gets the whole roster when it has place.
        if (_connection.HasPlace)
        {
            EnqueueFrame(membership, frame);
        }
        else
        {
            membership.NeedsRoster = true;
        }
    }

    private void DeliverRoster(Membership membership, byte[] frame)
    {
        if (_connection.HasPlace)
        {
            EnqueueFrame(membership, frame);
        }
        else
        {
            membership.NeedsRoster = true;
        }
    }

    public void DeliverLost(Membership membership, long from, long to)
    {
        var frame = _connection.Home.Frame;
        frame.ResetWrittenCount();
        var writer = new MessagePackWriter(frame);
        new LostFrame
        {
            Number = membership.Room.Number,
            Count = (int)Math.Min(int.MaxValue, to - from + 1),
            From = from,
            To = to,
        }.Write(ref writer);
        writer.Flush();
        EnqueueFrame(membership, frame.WrittenSpan);
    }

    public void OnPlace()
    {
        // Goes on where it stopped for want of place, so that every room has its turn.
        for (var left = _memberships.Count; left > 0 && _memberships.Count > 0 && _connection.HasPlace; left--)
        {
            var membership = _memberships[(int)(_nextServed++ % (uint)_memberships.Count)];
            if (membership.NeedsRoster)
            {
                membership.NeedsRoster = false;
                AskRoster(membership, 0, null);
            }

            membership.Room.ReadOn(membership);
        }

        HandleDeferred();
    }

    private void DeliverOne(Membership membership, RoomMessage message, WireBuffer buffer, RoomPriority priority)
    {
        if (message.IsTransient)
        {
            if (membership.State == MembershipState.Joining)
            {
                return;
            }

            if (!_connection.TryReplace(priority, membership, message, buffer))
            {
                EnqueueDroppable(membership, message, buffer, priority);
                return;
            }

            // The new value may be larger than the one it replaced.
            while (_connection.QueuedBytes > _services.Limits.MaxQueuedBytes && _connection.TryDropOldest())
            {
            }

            return;
        }

        if (membership.State != MembershipState.Live || message.Offset <= membership.Position)
        {
            return;
        }

        if (!membership.Room.Kind.IsDurable)
        {
            membership.Position = message.Offset;
            EnqueueDroppable(membership, message, buffer, priority);
        }
        else if (_connection.HasPlace)
        {
            membership.Position = message.Offset;
            _connection.Enqueue(priority, buffer, membership, message);
        }
        else
        {
            membership.FallBehind();
            _connection.Home.Counters.FellBehind++;
        }
    }

    // Makes place by dropping what is oldest; what cannot find any is lost itself.
    private void EnqueueDroppable(Membership membership, RoomMessage message, WireBuffer buffer, RoomPriority priority)
    {
        // A message larger than the whole budget goes out when nothing else waits.
        while (_connection.QueuedBytes > 0 && _connection.QueuedBytes + buffer.Length > _services.Limits.MaxQueuedBytes)
        {
            _connection.Home.Counters.Limits.Hit(LimitName.MaxQueuedBytes);
            if (!_connection.TryDropOldest())
            {
                _connection.MarkLost(priority, membership, message);
                return;
            }
        }

        _connection.Enqueue(priority, buffer, membership, message);
    }
}
