using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Connections.Sockets;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

internal sealed partial class Connection
{
    private Outbound? _outbound;

    // What waits alone needs no queue: the usual one batch or answer a turn goes the shortest way and touches no further memory.
    // Invariant: while it is set, _outbound is null. Only what can be neither conflated nor dropped.
    private WireBuffer? _single;
    private Membership? _singleMembership;
    private RoomPriority _singlePriority;

    private ReplyBuffer? _replies;
    private bool _isFlushAsked;
    private bool _isBlocked;
    private bool _wasFull;

    /// <summary>True while the transport takes no more: what is added now waits.</summary>
    public bool IsCongested => _isBlocked;

    public long QueuedBytes => (_outbound?.QueuedBytes ?? _single?.Length ?? GatheredBytes) + (_replies?.WrittenCount ?? 0);

    private bool IsDrained => _outbound is null && _single is null && !IsGathered;

    /// <summary>
    /// True while the byte budget has place. Once used up it is false until the queue has drained to the lower mark, when <see cref="IConnectionHandler.OnPlace"/> is called.
    /// </summary>
    public bool HasPlace
    {
        get
        {
            if (!_wasFull && QueuedBytes >= _home.Limits.MaxQueuedBytes)
            {
                _wasFull = true;
                _home.Counters.Limits.Hit(LimitName.MaxQueuedBytes);

                // What fills it may go out with the lane's batch, past this connection: it has to look whether there is place again.
                AskFlush();
            }

            return !_wasFull;
        }
    }

    /// <summary>Where answers are written; they go out together at the end of the turn, before anything else.</summary>
    public ReplyBuffer Replies
    {
        get
        {
            AskFlush();
            return _replies ??= _home.RentReply();
        }
    }

    /// <summary>Adds bytes that are ready; takes a reference of its own. A single room message is named so that it can be conflated or dropped while it waits.</summary>
    public void Enqueue(RoomPriority priority, WireBuffer buffer, Membership? membership = null, RoomMessage? message = null)
    {
        if (_state != State.Open)
        {
            return;
        }

        if (message is null && !IsWaiting && !IsGathered)
        {
            _home.Flights?.Sent(this, buffer);
            _home.Batch.Add(Outlet, buffer, membership, priority);
            return;
        }

        // Answers written before keep their place before it.
        FlushReplies();
        buffer.Retain();
        _home.Flights?.Sent(this, buffer);
        Put(priority, buffer, membership, message?.Retain());
        if (_isBlocked)
        {
            _home.Counters.Limits.Raise(LimitName.MaxQueuedBytes, QueuedBytes);
        }

        AskFlush();
    }

    /// <summary>Replaces a waiting message with the same conflation key, if there is one.</summary>
    public bool TryReplace(RoomPriority priority, Membership membership, RoomMessage message, WireBuffer buffer) =>
        _outbound is not null && _outbound[priority].TryReplace(membership, message, buffer);

    /// <summary>Makes place by dropping the oldest message of the lowest priority that nothing makes up for.</summary>
    public bool TryDropOldest()
    {
        if (_outbound is not null && _outbound.TryDropOldest())
        {
            _home.Counters.Dropped++;
            return true;
        }

        return false;
    }

    /// <summary>The end of the turn: everything that waits is offered to the transport once.</summary>
    public void Flush()
    {
        _isFlushAsked = false;
        if (_state == State.Closed)
        {
            return;
        }

        FlushReplies();
        if (!_isBlocked)
        {
            Pump();
        }

        LookAtOutlet();
    }

    public void OnWritable()
    {
        _isBlocked = false;
        Pump();
        LookAtOutlet();
    }

    private void Pump()
    {
        if (_single is { } single)
        {
            GatherOrSend(single);
        }
        else if (_outbound is { } outbound)
        {
            var taken = outbound.Pump(_transport, _home.LostNotice);
            _home.Counters.SentBytes += taken;
            if (outbound.IsEmpty)
            {
                _outbound = null;
                _home.Return(outbound);
                EndBlock();
            }
            else
            {
                Block(taken > 0);
            }
        }

        if (IsDrained && _state == State.Ending)
        {
            if (!_isShutDown)
            {
                ShutDown();
            }

            return;
        }

        if (_state != State.Open)
        {
            // The peer's close frame is still to be read.
            GoOnReading();
        }

        if (_wasFull && QueuedBytes <= _home.Limits.ResumeQueuedBytes)
        {
            _wasFull = false;
            _home.Counters.Limits.Hit(LimitName.ResumeQueuedBytes);
            if (_isReadingPaused)
            {
                _isReadingPaused = false;
                ResumeReading();
            }

            if (_state == State.Open)
            {
                _handler.OnPlace();
            }
        }
    }

    // Something waits that is not in the lane's batch, or has asked to be sent behind what would be gathered.
    private bool IsWaiting => _isFlushAsked || _isBlocked || _single is not null || _outbound is not null;

    private void SendSingle(WireBuffer single)
    {
        var bytes = single.Memory;
        var membership = _singleMembership;
        _single = null;
        _singleMembership = null;
        var taken = _transport.Send(new ReadOnlySpan<ReadOnlyMemory<byte>>(in bytes));
        _home.Counters.SentBytes += taken;
        if (taken == bytes.Length)
        {
            single.Release();
            EndBlock();
            return;
        }

        KeepRest(single, membership, taken);
    }

    // Takes over the reference.
    private void KeepRest(WireBuffer buffer, Membership? membership, int taken)
    {
        _outbound = _home.RentOutbound();
        _outbound.Begin(new OutboundItem { Buffer = buffer, Membership = membership }, taken);
        Block(hasMoved: taken > 0);
    }

    // Takes over the references.
    private void Put(RoomPriority priority, WireBuffer buffer, Membership? membership = null, RoomMessage? message = null)
    {
        Ungather();
        if (_outbound is null && _single is null && message is null)
        {
            _single = buffer;
            _singleMembership = membership;
            _singlePriority = priority;
            return;
        }

        Queues()[priority].Enqueue(new OutboundItem { Buffer = buffer, Membership = membership, Message = message });
    }

    // The queues, with what waited alone first in its own.
    private Outbound Queues()
    {
        Ungather();
        var outbound = _outbound ??= _home.RentOutbound();
        if (_single is { } single)
        {
            outbound[_singlePriority].Enqueue(new OutboundItem { Buffer = single, Membership = _singleMembership });
            _single = null;
            _singleMembership = null;
        }

        return outbound;
    }

    // Before a close frame: answers stay.
    private void DropRoomMessages()
    {
        Ungather();
        if (_singleMembership is not null)
        {
            _single!.Release();
            _single = null;
            _singleMembership = null;
        }

        _outbound?.DropRoomMessages();
    }

    private void AskFlush()
    {
        if (!_isFlushAsked)
        {
            _isFlushAsked = true;
            TakeOutlet();
            Lane.FlushConnection(this);
        }
    }

    private void FlushReplies()
    {
        if (_replies is not { } replies)
        {
            return;
        }

        _replies = null;
        if (replies.WrittenCount > 0 && _state is State.Open)
        {
            var buffer = replies.Take(Info.Encoding, _home.Encoder);
            _home.Flights?.Sent(this, buffer);
            Put(RoomPriority.High, buffer);
        }
        else
        {
            replies.Truncate(0);
        }

        _home.Return(replies);
    }

    private void EnqueueControl(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        FlushReplies();
        var buffer = WireBuffer.Rent(FrameWriter.MaxControlFrameBytes);
        buffer.SetRange(0, FrameWriter.WriteControl(buffer.Writable, opcode, payload));
        EnqueueOwn(buffer);
    }

    private void EnqueueClose(ushort code, string reason)
    {
        var buffer = WireBuffer.Rent(FrameWriter.MaxControlFrameBytes);
        buffer.SetRange(0, FrameWriter.WriteClose(buffer.Writable, (CloseCode)code, reason));
        EnqueueOwn(buffer);
    }

    /// <summary>Notes that a message found no place: told where it would have stood.</summary>
    public void MarkLost(RoomPriority priority, Membership membership, RoomMessage message)
    {
        if (_state != State.Open)
            return;

        _home.Counters.Dropped++;
        Queues()[priority].MarkLost(membership, message.Offset);
        AskFlush();
    }

    // Takes over the reference.
    private void EnqueueOwn(WireBuffer buffer)
    {
        _home.Flights?.Sent(this, buffer);
        Put(RoomPriority.High, buffer);
        AskFlush();
    }

    private void ReleaseOutbound()
    {
        FlushReplies();
        _single?.Release();
        _single = null;
        _singleMembership = null;
        if (_outbound is { } outbound)
        {
            outbound.Clear();
            _outbound = null;
            _home.Return(outbound);
        }
    }
}
