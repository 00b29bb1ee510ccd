using System.Buffers;
using System.Text;
using Gateway.LoadTest.Measures;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Protocol.WebSockets;

namespace Gateway.LoadTest.Clients;

/// <summary>
/// A connection that says hello, joins its rooms, publishes, and checks what it receives. Comes back to where it was when it is opened again.
/// </summary>
/// <remarks>Belongs to the reactor; the methods that return a task may be called from anywhere.</remarks>
public sealed partial class RoomClient : LoadSocket
{
    private const int FirstId = 1000;

    private readonly Fleet _fleet;
    private readonly Seat[] _seats;
    private readonly byte[] _token;
    private Dictionary<int, TaskCompletionSource<Response>>? _unanswered;
    private TaskCompletionSource<string?>? _opening;
    private TaskCompletionSource? _catchingUp;
    private int _nextId = FirstId;
    private int _joinedCount;

    internal RoomClient(Fleet fleet, Reactor reactor, SocketTerms terms, int index, Seat[] seats)
        : base(reactor, terms, fleet.Options.Path, fleet.Options.IsJson ? SubProtocols.Json : SubProtocols.MessagePack)
    {
        _fleet = fleet;
        _seats = seats;
        Index = index;
        _token = Encoding.ASCII.GetBytes(fleet.TokenOf(index));
    }

    /// <summary>Counts the connections of the run from 0, over all workers.</summary>
    public int Index { get; }

    /// <summary>Whether it has said hello and joined its rooms.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Whether a reconnect is wanted when it ends; without, an end is noted as closed by the server.</summary>
    internal bool IsAway { get; set; }

    internal IReadOnlyList<Seat> Seats => _seats;

    /// <summary>Publishes the next message of a stream.</summary>
    /// <param name="context">Says when it was due.</param>
    /// <returns>Ok when the room has acknowledged it.</returns>
    public Task<Response> PublishAsync(ScenarioContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return PublishAsync(_fleet.StreamOf(this), context.Due);
    }

    /// <summary>Asks whether the server is there.</summary>
    public Task<Response> PingAsync()
    {
        if (!Reactor.IsHere)
            return Reactor.InvokeAsync(PingAsync);
        if (!IsReady)
            return Task.FromResult(NotReady());
        var writer = Begin(out var frames);
        var answer = Ask(out var id);
        new PingFrame { Id = id }.Write(ref writer);
        writer.Flush();
        SendFrames(frames);
        return answer;
    }

    internal Task<Response> PublishAsync(PublishStream stream, long due)
    {
        if (!Reactor.IsHere)
            return Reactor.InvokeAsync(() => PublishAsync(stream, due));
        if (!IsReady)
            return Task.FromResult(NotReady());
        Span<byte> stamp = stackalloc byte[_fleet.Options.Size];
        Stamp.Write(stamp, new Stamp(stream.Slot, ++stream.Sequence, due));
        stream.Unacknowledged++;
        var seat = SeatOf(stream.Room);
        var writer = Begin(out var frames);
        var answer = Ask(out var id);

        // [9, id, room str or int, event, payload]
        writer.WriteArrayHeader(5);
        writer.WriteInt((int)Op.Publish);
        writer.WriteInt(id);
        if (seat is { Number: >= 0 })
            writer.WriteInt(seat.Number);
        else
            writer.WriteStringUtf8(stream.Room.Name);
        writer.WriteStringUtf8("m"u8);
        writer.WriteStringUtf8(stamp);
        writer.Flush();
        SendFrames(frames);
        return AcknowledgeAsync(stream, answer);
    }

    /// <summary>Connects, says hello, joins: anew, or where it was.</summary>
    /// <returns>Null when all rooms are joined, else why not.</returns>
    internal Task<string?> OpenAsync()
    {
        _opening = new TaskCompletionSource<string?>();
        _joinedCount = 0;
        foreach (var seat in _seats)
            seat.Number = -1;
        Connect();
        return _opening.Task;
    }

    /// <summary>Completes when everything that the rooms had when they were joined again has arrived.</summary>
    internal Task CatchUpAsync()
    {
        if (_seats.All(static seat => seat.Offset >= seat.Head))
            return Task.CompletedTask;
        _catchingUp = new TaskCompletionSource();
        return _catchingUp.Task;
    }

    internal void Leave()
    {
        IsAway = true;
        IsReady = false;
        Cut();
        FailAll("cut", "the connection was cut");
    }

    private protected override void OnOpened()
    {
        var writer = Begin(out var frames);
        new HelloFrame { Version = 1, Token = _token, Agent = "gateway-loadtest/1"u8 }.Write(ref writer);
        for (var i = 0; i < _seats.Length; i++)
        {
            var seat = _seats[i];
            var join = new JoinFrame
            {
                Id = i + 1,
                Room = seat.Room.Name,
                Epoch = seat.WasJoined ? seat.Epoch : null,
                Offset = seat.WasJoined ? seat.Offset : null,
            };
            join.Write(ref writer);
        }

        writer.Flush();
        SendFrames(frames);
    }

    private protected override void OnClosed(int code, string reason)
    {
        IsReady = false;
        var opening = _opening;
        _opening = null;
        if (opening is not null)
            opening.TrySetResult(reason);
        else if (!IsAway)
            _fleet.OnClosedByServer(this, code, reason);
        FailAll(code == 0 ? "closed" : $"closed-{code}", reason);
    }

    private static Response NotReady() => Response.Fail("closed", "the connection is not open");

    private async Task<Response> AcknowledgeAsync(PublishStream stream, Task<Response> answer)
    {
        var response = await answer;
        if (response.IsOk)
            stream.Unacknowledged--;
        return response;
    }

    private Seat? SeatOf(RoomShare room)
    {
        foreach (var seat in _seats)
        {
            if (ReferenceEquals(seat.Room, room))
                return seat;
        }

        return null;
    }

    private MessagePackWriter Begin(out ArrayBufferWriter<byte> frames)
    {
        frames = _fleet.Frames;
        frames.ResetWrittenCount();
        return new MessagePackWriter(frames);
    }

    private void SendFrames(ArrayBufferWriter<byte> frames)
    {
        if (!_fleet.Options.IsJson)
        {
            SendMessage(Opcode.Binary, frames.WrittenSpan);
            return;
        }

        var text = _fleet.Text;
        text.ResetWrittenCount();
        _fleet.Json.ToJson(frames.WrittenSpan, text);
        SendMessage(Opcode.Text, text.WrittenSpan);
    }

    private Task<Response> Ask(out int id)
    {
        id = _nextId++;
        var answer = new TaskCompletionSource<Response>();
        (_unanswered ??= []).Add(id, answer);
        return answer.Task;
    }

    private void Answer(int id, Response response)
    {
        if (_unanswered is not null && _unanswered.Remove(id, out var waiting))
            waiting.TrySetResult(response);
    }

    private void FailAll(string code, string reason)
    {
        if (_unanswered is not { Count: > 0 } unanswered)
            return;
        _unanswered = null;
        foreach (var waiting in unanswered.Values)
            waiting.TrySetResult(Response.Fail(code, reason));
    }
}
