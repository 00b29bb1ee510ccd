using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Gateway.Faults.Tests.Nodes;
using Gateway.Faults.Tests.Oracles;
using Gateway.Protocol.Frames;

namespace Gateway.Faults.Tests.Workloads;

/// <summary>
/// Publishes to all rooms over one connection, to each room one message at a time. What a durable room has not acknowledged is repeated under the same idempotency key until it is; what an
/// ephemeral one may have lost is not.
/// </summary>
internal sealed class WirePublisher
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);

    private readonly string _name;
    private readonly IReadOnlyList<string> _rooms;
    private readonly RoomOracle _oracle;
    private readonly TimeSpan _pace;
    private readonly WireLoop _loop;
    private readonly Action<WireConnection, long, PublishAnswer> _onAnswer;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<PublishAnswer>> _waiting = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource<WireConnection> _connected = NewConnected();
    private int _id;

    /// <param name="name">Its user, too.</param>
    /// <param name="rooms">Where it publishes.</param>
    /// <param name="oracle">Told each acknowledgement.</param>
    /// <param name="slots">Where it may connect.</param>
    /// <param name="home">Where it prefers to.</param>
    /// <param name="patience">How long it waits for a silent node.</param>
    /// <param name="pace">Between two messages to a room.</param>
    /// <param name="seed">Of its waits.</param>
    /// <param name="onAnswer">Told each answer with the moment its question was sent.</param>
    public WirePublisher(
        string name, IReadOnlyList<string> rooms, RoomOracle oracle, IReadOnlyList<NodeSlot> slots, int home, TimeSpan patience, TimeSpan pace, int seed,
        Action<WireConnection, long, PublishAnswer> onAnswer)
    {
        _name = name;
        _rooms = rooms;
        _oracle = oracle;
        _pace = pace;
        _loop = new WireLoop(name, slots, home, patience, seed);
        _onAnswer = onAnswer;
    }

    /// <summary>What it waits for right now, for the message of a run that stalls.</summary>
    public ConcurrentDictionary<string, string> UnderWay { get; } = new();

    public void GoHome() => _loop.GoHome();

    /// <summary>Keeps the connection.</summary>
    public Task RunAsync(CancellationToken stop) => _loop.RunAsync(connection => ServeAsync(connection, stop), stop);

    /// <summary>Publishes until it shall begin no more; what has begun is brought to its end.</summary>
    public Task PublishAsync(CancellationToken noMore, CancellationToken stop) => Task.WhenAll(_rooms.Select(room => PublishAsync(room, noMore, stop)));

    private static TaskCompletionSource<WireConnection> NewConnected() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ServeAsync(WireConnection connection, CancellationToken stop)
    {
        lock (_lock)
            _connected.SetResult(connection);
        await connection.RunAsync(Take, tick: null, stop);
        lock (_lock)
            _connected = NewConnected();
        foreach (var id in _waiting.Keys)
        {
            if (_waiting.TryRemove(id, out var waiting))
                waiting.TrySetResult(PublishAnswer.Broken);
        }
    }

    private async Task PublishAsync(string room, CancellationToken noMore, CancellationToken stop)
    {
        for (var number = 1L; !noMore.IsCancellationRequested && !stop.IsCancellationRequested; number++)
        {
            var text = MessageText.Create(_name, number);
            UnderWay[room] = text;
            await PublishOneAsync(room, text, stop);
            UnderWay.TryRemove(room, out _);
            await Task.Delay(_pace, noMore).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PublishOneAsync(string room, string text, CancellationToken stop)
    {
        var key = _oracle.IsDurable(room) ? text : null;
        while (!stop.IsCancellationRequested)
        {
            var answer = await TryAsync(room, text, key, stop);
            if (answer.IsAcknowledged)
            {
                _oracle.Acknowledged(_name, room, text, answer.Epoch, answer.Offset);
                return;
            }

            if (!answer.IsBroken && !answer.Code.IsRetryable())
            {
                _oracle.Say(new Violation(ViolationKind.Refused, _name, room, $"{(int)answer.Code} {answer.Sentence}"));
                return;
            }

            if (key is null)
                return;
            if (!answer.IsBroken)
            {
                var wait = answer.RetryAfterMilliseconds is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : RetryAfter;
                await Task.Delay(wait, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<PublishAnswer> TryAsync(string room, string text, string? key, CancellationToken stop)
    {
        var waiting = new TaskCompletionSource<PublishAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = Interlocked.Increment(ref _id);
        try
        {
            var connection = await ConnectionAsync(id, waiting, stop);
            var sentAt = Stopwatch.GetTimestamp();
            await connection.TrySendAsync(output => WireFrames.Publish(output, id, room, text, key));
            var answer = await waiting.Task.WaitAsync(stop);
            _onAnswer(connection, sentAt, answer);
            return answer;
        }
        catch (OperationCanceledException)
        {
            return PublishAnswer.Broken;
        }
    }

    /// <summary>The connection, as soon as there is one; the answer is waited for from before it is handed out, so that its end ends the waiting.</summary>
    private async Task<WireConnection> ConnectionAsync(int id, TaskCompletionSource<PublishAnswer> waiting, CancellationToken stop)
    {
        while (true)
        {
            Task<WireConnection> connecting;
            lock (_lock)
            {
                connecting = _connected.Task;
                if (connecting.IsCompleted)
                {
                    _waiting[id] = waiting;
                    return connecting.Result;
                }
            }

            await connecting.WaitAsync(stop);
        }
    }

    private void Take(in RawFrame frame)
    {
        switch ((Op)frame.Op)
        {
            case Op.Ack when AckFrame.TryRead(frame, out var ack, out _):
                Answer(ack.Id, new PublishAnswer(true, false, ack.Epoch, ack.Offset, ErrorCode.None, null, ""));
                break;
            case Op.Error when ErrorFrame.TryRead(frame, out var error, out _):
                Answer(error.Id, new PublishAnswer(false, false, 0, 0, error.Code, error.RetryAfterMilliseconds, Encoding.UTF8.GetString(error.Sentence)));
                break;
            case Op.Pong or Op.Goaway or Op.Positions:
                break;
            default:
                _oracle.Say(new Violation(ViolationKind.Refused, _name, "", $"a frame of op {frame.Op} came: {Convert.ToHexString(frame.Raw)}"));
                break;
        }
    }

    private void Answer(int id, PublishAnswer answer)
    {
        if (_waiting.TryRemove(id, out var waiting))
            waiting.TrySetResult(answer);
        else if (id != 0)
            _oracle.Say(new Violation(ViolationKind.Doubled, _name, "", $"a second answer came to the publish {id}: {answer}"));
    }
}
