using System.Buffers;
using Gateway.Client.Connections;
using Gateway.Client.Wire;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Client.Sessions;

/// <summary>
/// What must outlive a connection: the rooms with their positions, the publishes without an acknowledgement, the calls without an answer. It decides what
/// is sent and what a received frame means; it touches no socket.
/// </summary>
/// <remarks>
/// One lock guards everything; nothing under it waits or calls the application. Threads: any thread calls the public client, the send loop of the
/// present connection calls <see cref="WriteDue"/>, its receive loop calls <see cref="Process"/>, the supervisor calls <see cref="Begin"/> and <see cref="End"/>.
/// </remarks>
internal sealed partial class Session : IDisposable
{
    // One send carries about this much: enough to batch, little enough that a big backlog does not delay a heartbeat.
    private const int BatchBytes = 32 * 1024;

    // A server that asks faster than the answers can be sent gets some of them.
    private const int MaxPongsDue = 16;

    // Answers have priority over messages, so a head or a message may run ahead of those it waits for. This long it is not taken for a loss.
    private static readonly TimeSpan RepairDelay = TimeSpan.FromSeconds(1);

    // How long a full room holds up everything while some call waits for its answer. Then the room falls behind instead: an application that
    // publishes from within its read loop would otherwise wait for an answer that it keeps from being read.
    private static readonly TimeSpan StallLimit = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly GatewayClientOptions _options;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly Outbox _outbox;
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Room> _roomsByNumber = [];
    private readonly HashSet<Room> _unsettled = [];
    private readonly Dictionary<int, object> _awaited = [];
    private readonly HashSet<PendingCall> _calls = [];
    private readonly Queue<PendingCall> _unsentCalls = new();
    private readonly Queue<int> _pongsDue = new();
    private readonly string _keyPrefix = Guid.NewGuid().ToString("N");
    private LinkState? _link;
    private GatewayException? _closedBy;
    private TimeSpan _headCheckDue;
    private TimeSpan? _blockedSince;

    // Until welcome says otherwise.
    private int _maxPayloadBytes = FrameLimits.DefaultMaxPayloadBytes;

    private int _lastId;
    private long _lastSequence;

    public Session(GatewayClientOptions options)
    {
        _options = options;
        _time = options.TimeProvider;
        _startedAt = _time.GetTimestamp();
        _outbox = new Outbox(options);
        SendWake = new WakeSignal(_time);
        ReceiveWake = new WakeSignal(_time);
    }

    /// <summary>Set when there may be something to send.</summary>
    public WakeSignal SendWake { get; }

    /// <summary>Set when a blocked receive loop may go on.</summary>
    public WakeSignal ReceiveWake { get; }

    /// <summary>Time since the session began; every due time in it is by this clock.</summary>
    public TimeSpan Now => _time.GetElapsedTime(_startedAt);

    /// <summary>Calls in the queue to be sent; some of them may have been given up.</summary>
    public int UnsentCallCount
    {
        get
        {
            lock (_gate)
                return _unsentCalls.Count;
        }
    }

    /// <summary>Called without the lock for what no caller waits for.</summary>
    public Action<Exception>? ErrorSink { get; set; }

    public Action<DirectMessage>? DirectSink { get; set; }

    /// <summary>Opens the session again after <see cref="Close"/>.</summary>
    public void Open()
    {
        lock (_gate)
            _closedBy = null;
    }

    /// <summary>A connection is being made; frames go to and fro once it is welcomed.</summary>
    public LinkState Begin()
    {
        lock (_gate)
            return _link = new LinkState();
    }

    /// <summary>The connection is gone. What may be repeated waits for the next, the rest fails.</summary>
    public void End(DisconnectReason reason)
    {
        lock (_gate)
        {
            _link = null;
            _blockedSince = null;
            _awaited.Clear();
            _roomsByNumber.Clear();
            _pongsDue.Clear();
            foreach (var room in _rooms.Values)
            {
                room.Disconnect();
                _unsettled.Add(room);
            }

            EndCalls(reason);
            FailExpired(_outbox.Reset(Now));
        }
    }

    /// <summary>Nothing more will be sent: everything that waits fails, and every room's stream ends.</summary>
    /// <param name="cause">Why.</param>
    /// <param name="isWanted">Whether the application asked for it: then streams end without an exception.</param>
    public void Close(GatewayException cause, bool isWanted)
    {
        List<PendingPublish> publishes;
        Room[] rooms;
        PendingCall[] calls;
        lock (_gate)
        {
            _closedBy = cause;
            publishes = _outbox.Clear();
            rooms = [.. _rooms.Values];
            calls = [.. _calls];
            _rooms.Clear();
            _roomsByNumber.Clear();
            _unsettled.Clear();
            _calls.Clear();
            _unsentCalls.Clear();
            _awaited.Clear();
        }

        foreach (var publish in publishes)
            publish.Fail(cause);
        foreach (var call in calls)
            call.Fail(cause);
        foreach (var room in rooms)
        {
            room.Buffer.Complete(isWanted ? null : cause);
            if (room.Joined.TrySetException(cause))
                _ = room.Joined.Task.Exception;
        }

        ReceiveWake.Set();
    }

    /// <summary>Writes frames that are due, about one batch. Nothing is written before <c>welcome</c>.</summary>
    /// <param name="output">Takes the frames.</param>
    /// <param name="isLeaving">Whether the connection is about to end: no new publish begins.</param>
    public void WriteDue(ArrayBufferWriter<byte> output, bool isLeaving)
    {
        lock (_gate)
        {
            if (_link is not { IsWelcomed: true })
                return;
            var now = Now;
            var writer = new MessagePackWriter(output);
            WritePongs(ref writer);
            WriteJoins(ref writer, now);
            WriteHeadCheck(ref writer, now);
            while (writer.Written < BatchBytes && TryWriteCall(ref writer))
            {
            }

            while (!isLeaving && writer.Written < BatchBytes && TryWritePublish(ref writer, now))
            {
            }

            writer.Flush();
            // A receive loop that is held up by one room now keeps an answer from being read: it must begin to count.
            if (_blockedSince is not null && _awaited.Count > 0)
                ReceiveWake.Set();
        }
    }

    /// <summary>When <see cref="WriteDue"/> will have something to write of its own accord; null when nothing is planned.</summary>
    public TimeSpan? NextDue()
    {
        lock (_gate)
        {
            if (_link is not { IsWelcomed: true })
                return null;
            TimeSpan? due = _roomsByNumber.Count > 0 ? _headCheckDue : null;
            foreach (var room in _unsettled)
            {
                due = Earlier(due, room.Phase == JoinPhase.Wanted ? room.JoinDue : null);
                due = Earlier(due, room.Phase == JoinPhase.Joined ? room.CheckDue : null);
            }

            return Earlier(due, _outbox.NextDue(Now));
        }
    }

    /// <summary>Whether nothing that was sent waits for an answer.</summary>
    public bool IsQuiet()
    {
        lock (_gate)
            return _awaited.Count == 0;
    }

    /// <summary>An id for a frame whose answer nobody waits for.</summary>
    public int TakeId()
    {
        lock (_gate)
            return NextId();
    }

    public void Dispose()
    {
        SendWake.Dispose();
        ReceiveWake.Dispose();
    }

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b ?? a : a;

    private int NextId()
    {
        do
        {
            _lastId = _lastId == int.MaxValue ? 1 : _lastId + 1;
        }
        while (_awaited.ContainsKey(_lastId));

        return _lastId;
    }

    /// <summary>How long to wait after the gateway turned something away: as long as it says, else as long as a reconnect would.</summary>
    private TimeSpan DelayAfter(TimeSpan? retryAfter, int refusals) =>
        retryAfter ?? TimeSpan.FromSeconds(_options.Jitter() * Math.Min(
            _options.Reconnect.MaxDelay.TotalSeconds, _options.Reconnect.InitialDelay.TotalSeconds * Math.Pow(2, Math.Min(refusals, 30))));

    private void WritePongs(ref MessagePackWriter writer)
    {
        while (_pongsDue.TryDequeue(out var id))
            FrameWriting.Pong(ref writer, id, _time.GetUtcNow().ToUnixTimeMilliseconds());
    }
}
