using Gateway.Client.Wire;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Client.Sessions;

/// <summary>Joining, leaving, resuming.</summary>
internal sealed partial class Session
{
    /// <param name="name">The room's name.</param>
    /// <param name="options">How to join.</param>
    /// <param name="subscribe">Makes what the application sees; called before anything can arrive.</param>
    public Room AddRoom(string name, JoinOptions options, Func<Room, RoomSubscription> subscribe)
    {
        Room? room = null;
        var buffer = new RoomBuffer(_options.MaxBufferedMessages, _options.MaxBufferedBytes, () => OnDrained(room!));
        room = new Room(name, options, buffer);
        room.Subscription = subscribe(room);
        lock (_gate)
        {
            ThrowIfClosed();
            if (!_rooms.TryAdd(name, room))
                throw new InvalidOperationException($"The room {name} is joined already. Leave it first, or use the subscription there is.");
            _unsettled.Add(room);
        }

        SendWake.Set();
        ReceiveWake.Set();
        return room;
    }

    /// <summary>Forgets a room, and tells the gateway where it knows of it. The task ends when the gateway has answered, or cannot any more.</summary>
    public Task RemoveRoom(Room room)
    {
        PendingCall<bool>? leave = null;
        lock (_gate)
        {
            if (!_rooms.Remove(room.Name, out var present))
                return Task.CompletedTask;
            if (present != room)
            {
                _rooms.Add(present.Name, present);
                return Task.CompletedTask;
            }

            Forget(room);
            if (_link is { IsWelcomed: true } && room.Phase != JoinPhase.Wanted)
            {
                leave = new PendingCall<bool>((ref writer, id) => FrameWriting.Leave(ref writer, id, room.Name), Op.Ok, ReadNothing, isRepeatable: false);
                _calls.Add(leave);
                _unsentCalls.Enqueue(leave);
            }
        }

        room.Buffer.Complete();
        SendWake.Set();
        ReceiveWake.Set();
        return leave?.Completion ?? Task.CompletedTask;
    }

    public RoomRoster RosterOf(Room room)
    {
        lock (_gate)
            return room.Roster.Snapshot();
    }

    public RoomPosition StartOf(Room room)
    {
        lock (_gate)
            return room.Start;
    }

    public void RememberState(string roomName, string state, byte[] data)
    {
        lock (_gate)
        {
            if (_rooms.TryGetValue(roomName, out var room))
                room.State = (state, data);
        }
    }

    private static bool ReadNothing(in RawFrame frame, out bool value) => value = true;

    /// <summary>The application has made room again.</summary>
    private void OnDrained(Room room)
    {
        lock (_gate)
        {
            if (room.IsBehind)
            {
                room.IsBehind = false;
                room.WantJoin(default);
                _unsettled.Add(room);
            }
        }

        ReceiveWake.Set();
        SendWake.Set();
    }

    private void WriteJoins(ref MessagePackWriter writer, TimeSpan now)
    {
        if (_unsettled.Count == 0)
            return;
        foreach (var room in _unsettled)
        {
            if (room.IsBehind)
                continue;
            if (room.CheckDue is { } check && room.Phase == JoinPhase.Joined && check <= now)
                Recheck(room);
            if (room.Phase != JoinPhase.Wanted || room.JoinDue > now)
                continue;
            var id = NextId();
            room.JoinSent(id);
            _awaited[id] = room;
            FrameWriting.Join(ref writer, id, room.Name, room.Options, room.Received);
        }

        _unsettled.RemoveWhere(static room => room.IsSettled);
    }

    private static void Recheck(Room room)
    {
        if (room.IsMissingSomething)
            room.WantJoin(default);
        else
            room.ClearCheck();
    }

    private void WriteHeadCheck(ref MessagePackWriter writer, TimeSpan now)
    {
        if (_roomsByNumber.Count == 0 || _headCheckDue > now)
            return;
        _headCheckDue = now + _options.HeadCheckInterval;
        FrameWriting.Heads(ref writer, NextId());
    }

    private void OnJoined(Room room, in JoinedFrame frame, List<Action> notices)
    {
        if (room.Number >= 0)
            _roomsByNumber.Remove(room.Number);
        if (_roomsByNumber.Count == 0)
            _headCheckDue = Now + _options.HeadCheckInterval;
        var gap = room.OnJoined(frame, Now);
        _roomsByNumber[frame.Number] = room;
        NoticeGap(room, gap, notices);
        NoticeGap(room, room.TakeTransientLoss(), notices);
        if (room.State is var (state, data))
            Repeat((ref writer, id) => FrameWriting.State(ref writer, id, room.Name, state, data));
        room.Joined.TrySetResult();
        // The send loop sleeps until what it knew to be due: the next check of heads is new to it.
        SendWake.Set();
    }

    private void OnJoinError(Room room, ServerError error, List<Action> notices)
    {
        if (error.IsRetryable)
        {
            room.JoinRefused(Now + DelayAfter(error.RetryAfter, room.Refusals));
            _unsettled.Add(room);
            SendWake.Set();
            return;
        }

        EndRoom(room, error.ToException(), notices);
    }

    /// <summary>The room is gone for this client without its asking: its stream ends with the reason.</summary>
    private void EndRoom(Room room, GatewayException exception, List<Action> notices)
    {
        _rooms.Remove(room.Name);
        Forget(room);
        notices.Add(() =>
        {
            room.Buffer.Complete(exception);
            if (room.Joined.TrySetException(exception))
                _ = room.Joined.Task.Exception;
        });
    }

    private void Forget(Room room)
    {
        _unsettled.Remove(room);
        if (room.Number >= 0)
            _roomsByNumber.Remove(room.Number);
        if (room.JoinId != 0)
            _awaited.Remove(room.JoinId);
    }

    private static void NoticeGap(Room room, RoomGap? gap, List<Action> notices)
    {
        if (gap is not null)
            notices.Add(() => room.Subscription?.RaiseGap(gap));
    }
}
