using System.Net.WebSockets;

namespace Gateway.Client.Tests.Fakes;

/// <summary>
/// A small gateway with rooms, histories of bounded length and idempotency keys, that misbehaves as a network and a busy server do: it cuts connections,
/// leaves messages out, sends them twice, turns publishes away. What it stored is the oracle's truth.
/// </summary>
internal sealed class RoomServer(FakeGateway gateway, Random random, int historyLength) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoredRoom> _rooms = [];
    private readonly List<Member> _members = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private FakeConnection? _connection;

    public bool Misbehaves { get; set; } = true;

    public void Start() => _running = RunAsync();

    /// <summary>Someone else publishes.</summary>
    public Task PublishAsync(string room, string text) => StoreAsync(room, text, key: null).Sending;

    public void Cut()
    {
        lock (_gate)
            _connection?.Cut();
    }

    public long HeadOf(string room)
    {
        lock (_gate)
            return RoomOf(room).Messages.Count;
    }

    /// <summary>Everything the room ever stored, by offset from 1.</summary>
    public List<string> MessagesOf(string room)
    {
        lock (_gate)
            return [.. RoomOf(room).Messages];
    }

    /// <summary>Tells every member where its room is, so that a lost last message is found.</summary>
    public async Task SendHeadsAsync()
    {
        FakeConnection? connection;
        object[] positions;
        lock (_gate)
        {
            connection = _connection;
            positions = [.. _members.Select(member => new object[] { member.Number, 1, (long)RoomOf(member.Room).Messages.Count })];
        }

        await TrySendAsync(connection, [27, 0, positions]);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Cut();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            FakeConnection connection;
            try
            {
                connection = await gateway.AcceptAsync().WaitAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                await connection.WelcomeAsync();
                lock (_gate)
                {
                    _connection = connection;
                    _members.Clear();
                }

                while (await connection.ReceiveAsync() is { } frame)
                    await HandleAsync(connection, frame);
            }
            catch (Exception exception) when (exception is WebSocketException or IOException or InvalidOperationException or ObjectDisposedException or OperationCanceledException)
            {
                // The connection was cut, by this server most likely.
            }
        }
    }

    private Task HandleAsync(FakeConnection connection, List<object?> frame) => FakeConnection.Op(frame) switch
    {
        5 => JoinAsync(connection, frame),
        7 => TrySendAsync(connection, [4, frame[1], null]),
        9 => AcceptPublishAsync(connection, frame),
        24 => TrySendAsync(connection, [25, frame[1], 0]),
        26 => SendHeadsAsync(),
        _ => Task.CompletedTask,
    };

    private Task JoinAsync(FakeConnection connection, List<object?> frame)
    {
        lock (_gate)
        {
            var name = (string)frame[2]!;
            var room = RoomOf(name);
            var head = (long)room.Messages.Count;
            var oldest = Math.Max(0, head - historyLength);
            var asked = frame.Count > 5 ? (long?)frame[5] : null;
            var offset = asked is { } position ? Math.Max(position, oldest) : head;
            var member = _members.Find(candidate => candidate.Room == name);
            if (member is null)
                _members.Add(member = new Member(name, _members.Count + 1));
            var sending = TrySendAsync(connection, [6, frame[1], name, member.Number, 1, offset, head, asked is not null && asked >= oldest]);
            for (var at = offset; at < head; at++)
                sending = DeliverAsync(connection, member.Number, at + 1, room.Messages[(int)at]);
            return sending;
        }
    }

    private Task AcceptPublishAsync(FakeConnection connection, List<object?> frame)
    {
        if (Misbehaves && random.Next(8) == 0)
            return TrySendAsync(connection, [30, frame[1], 2001, "Slower.", random.Next(300)]);
        var (offset, isDuplicate, sending) = StoreAsync((string)frame[2]!, (string)frame[4]!, (string?)frame[5]);
        if (Misbehaves && random.Next(8) == 0)
        {
            connection.Cut();
            return sending;
        }

        return TrySendAsync(connection, [10, frame[1], 1, offset, isDuplicate]);
    }

    private (long Offset, bool IsDuplicate, Task Sending) StoreAsync(string name, string text, string? key)
    {
        lock (_gate)
        {
            var room = RoomOf(name);
            if (key is not null && room.Keys.TryGetValue(key, out var known))
                return (known, true, Task.CompletedTask);
            room.Messages.Add(text);
            var offset = (long)room.Messages.Count;
            if (key is not null)
                room.Keys[key] = offset;
            var member = _members.Find(candidate => candidate.Room == name);
            return (offset, false, member is null ? Task.CompletedTask : DeliverAsync(_connection, member.Number, offset, text));
        }
    }

    private Task DeliverAsync(FakeConnection? connection, int number, long offset, string text)
    {
        object?[] message = [11, number, offset, "e", text, null, 0];
        return (Misbehaves ? random.Next(12) : 2) switch
        {
            0 => Task.CompletedTask,
            1 => TrySendAsync(connection, message, message),
            _ => TrySendAsync(connection, message),
        };
    }

    private static async Task TrySendAsync(FakeConnection? connection, params object?[][] frames)
    {
        try
        {
            if (connection is not null)
                await connection.SendAsync(frames);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or InvalidOperationException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut.
        }
    }

    private StoredRoom RoomOf(string name)
    {
        if (!_rooms.TryGetValue(name, out var room))
            _rooms[name] = room = new StoredRoom();
        return room;
    }

    private sealed class StoredRoom
    {
        public List<string> Messages { get; } = [];

        public Dictionary<string, long> Keys { get; } = [];
    }

    private sealed record Member(string Room, int Number);
}
