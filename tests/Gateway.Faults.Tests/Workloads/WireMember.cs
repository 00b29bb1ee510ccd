using System.Diagnostics;
using System.Text;
using Gateway.Faults.Tests.Nodes;
using Gateway.Faults.Tests.Oracles;
using Gateway.Protocol.Frames;

namespace Gateway.Faults.Tests.Workloads;

/// <summary>A member that shows the oracle every frame of its rooms as it came on the wire, and comes back with the position it last saw.</summary>
internal sealed class WireMember : FaultMember
{
    private static readonly TimeSpan RejoinAfter = TimeSpan.FromMilliseconds(200);

    private readonly RoomOracle _oracle;
    private readonly WireLoop _loop;
    private readonly int? _tail;

    // Of the present connection; the handler and the tick share it.
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Arrival> _byNumber = [];
    private readonly List<(Arrival Arrival, long DueAt)> _rejoins = [];

    public WireMember(string name, IReadOnlyList<string> rooms, RoomOracle oracle, IReadOnlyList<NodeSlot> slots, int home, TimeSpan patience, int seed, int? tail = null)
        : base(name, rooms, oracle)
    {
        _oracle = oracle;
        _loop = new WireLoop(name, slots, home, patience, seed);
        _tail = tail;
    }

    public NodeSlot? Slot => _loop.Slot;

    public void Break() => _loop.Break();

    public void GoHome() => _loop.GoHome();

    public override Task RunAsync(CancellationToken stop) => _loop.RunAsync(connection => ServeAsync(connection, stop), stop);

    private async Task ServeAsync(WireConnection connection, CancellationToken stop)
    {
        lock (_lock)
        {
            _byNumber.Clear();
            _rejoins.Clear();
        }

        await JoinAsync(connection, Arrivals);
        var rejoining = Task.CompletedTask;
        await connection.RunAsync(Take, () => rejoining = rejoining.IsCompleted ? RejoinAsync(connection) : rejoining, stop);
        await rejoining;
        NoteBreak();
    }

    private Task JoinAsync(WireConnection connection, IReadOnlyList<Arrival> arrivals) => connection.TrySendAsync(output =>
    {
        foreach (var arrival in arrivals)
        {
            var view = arrival.View;
            var id = IdOf(arrival);
            WireFrames.Join(output, id, view.Room, view.IsJoined ? (view.Epoch, view.Position) : null, view.IsJoined ? null : _tail);
        }
    });

    private Task RejoinAsync(WireConnection connection)
    {
        Arrival[] due;
        lock (_lock)
        {
            var now = Stopwatch.GetTimestamp();
            due = [.. _rejoins.Where(each => each.DueAt <= now).Select(static each => each.Arrival)];
            _rejoins.RemoveAll(each => each.DueAt <= now);
        }

        return due.Length == 0 ? Task.CompletedTask : JoinAsync(connection, due);
    }

    private void Take(in RawFrame frame)
    {
        switch ((Op)frame.Op)
        {
            case Op.Joined when JoinedFrame.TryRead(frame, out var joined, out _):
                TakeJoined(joined);
                break;
            case Op.Message when MessageFrame.TryRead(frame, out var message, out _):
                TakeMessage(message);
                break;
            case Op.Lost when LostFrame.TryRead(frame, out var lost, out _):
                OfNumber(lost.Number)?.View.Told(lost.From, lost.To);
                break;
            case Op.Left when LeftFrame.TryRead(frame, out var left, out _):
                TakeRefusal(OfNumber(left.Number), left.Code, null, Encoding.UTF8.GetString(left.Sentence));
                break;
            case Op.Error when ErrorFrame.TryRead(frame, out var error, out _):
                TakeRefusal(error.Id > 0 && error.Id <= Arrivals.Count ? Arrivals[error.Id - 1] : null, error.Code, error.RetryAfterMilliseconds, Encoding.UTF8.GetString(error.Sentence));
                break;
            case Op.Pong or Op.Goaway or Op.Positions:
                break;
            default:
                _oracle.Say(new Violation(ViolationKind.Refused, Name, "", $"a frame of op {frame.Op} came: {Convert.ToHexString(frame.Raw)}"));
                break;
        }
    }

    private void TakeJoined(in JoinedFrame joined)
    {
        var room = Encoding.UTF8.GetString(joined.Room);
        var arrival = Arrivals.First(each => each.View.Room == room);
        lock (_lock)
            _byNumber[joined.Number] = arrival;
        arrival.View.Joined(joined.Epoch, joined.Offset, joined.Recovered);
    }

    private void TakeMessage(in MessageFrame message)
    {
        if (message.Offset == 0 || OfNumber(message.Number) is not { } arrival)
            return;
        var text = WireFrames.Text(message.Payload);
        arrival.View.Message(arrival.View.Epoch, message.Offset, text);
        arrival.Saw(text);
    }

    private void TakeRefusal(Arrival? arrival, ErrorCode code, int? retryAfter, string sentence)
    {
        if (!code.IsRetryable())
        {
            _oracle.Say(new Violation(ViolationKind.Refused, Name, arrival?.View.Room ?? "", $"{(int)code} {sentence}"));
            return;
        }

        if (arrival is null)
            return;
        var wait = retryAfter is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : RejoinAfter;
        lock (_lock)
            _rejoins.Add((arrival, Stopwatch.GetTimestamp() + (long)(wait.TotalSeconds * Stopwatch.Frequency)));
    }

    private Arrival? OfNumber(int number)
    {
        lock (_lock)
        {
            if (_byNumber.TryGetValue(number, out var arrival))
                return arrival;
        }

        _oracle.Say(new Violation(ViolationKind.Refused, Name, "", $"a frame of room number {number} came, which was never joined"));
        return null;
    }

    private int IdOf(Arrival arrival)
    {
        for (var i = 0; i < Arrivals.Count; i++)
        {
            if (ReferenceEquals(Arrivals[i], arrival))
                return i + 1;
        }

        throw new ArgumentException("It is of another member.", nameof(arrival));
    }
}
