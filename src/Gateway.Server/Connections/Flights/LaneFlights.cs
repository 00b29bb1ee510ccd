using Gateway.Protocol.Frames;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections.Flights;

/// <summary>
/// The tapes of a lane's connections, beside the list of them: where nothing is recorded there is no such object, and no connection has a field for one. Belongs to the lane.
/// </summary>
/// <remarks>Hot path when switched on: two writes a frame, no allocation.</remarks>
internal sealed class LaneFlights(Lane lane, FlightRecorder recorder)
{
    private const int MaxKeptTapes = 256;
    private const byte Rsv1 = 0x40;

    // By Connection.LaneIndex.
    private readonly List<FlightTape> _tapes = [];
    private readonly Stack<FlightTape> _kept = new();

    /// <summary>The connection has been put at the end of the lane's list.</summary>
    public void Begin()
    {
        var tape = _kept.TryPop(out var kept) ? kept : new FlightTape();
        tape.Begin(lane.Now);
        _tapes.Add(tape);
    }

    /// <summary>The connection is about to leave the lane's list, and the last one to take its place.</summary>
    public void End(int index)
    {
        if (_kept.Count < MaxKeptTapes)
            _kept.Push(_tapes[index]);
        _tapes[index] = _tapes[^1];
        _tapes.RemoveAt(_tapes.Count - 1);
    }

    public void Received(Connection connection, int op, int size) => TapeOf(connection)?.Add(isOut: false, op, size, lane.Now);

    public void ReceivedControl(Connection connection, Opcode opcode, int size) => Received(connection, FrameTrace.ControlOp + (int)opcode, size);

    /// <summary>A message was queued.</summary>
    public void Sent(Connection connection, WireBuffer message) => TapeOf(connection)?.Add(isOut: true, OpOf(message.Memory.Span), message.Length, lane.Now);

    /// <summary>The connection's end has been decided on; what waits now is what is to be looked at afterwards, not what is left when it is over.</summary>
    public void NoteDepths(Connection connection, Outbound? outbound, ReplyBuffer? answers)
    {
        if (TapeOf(connection) is { Depths: null } tape)
            tape.Depths = (outbound?.Depths ?? new QueueDepths(0, 0, 0, 0, 0)) with { Answers = answers?.WrittenCount ?? 0 };
    }

    /// <summary>The connection is over: kept if it ended badly.</summary>
    public void Land(Connection connection, CloseCause cause)
    {
        if (IsExpected(cause) || TapeOf(connection) is not { } tape)
            return;
        recorder.Add(new Flight(
            connection.Info.Id, (connection.Handler as Session)?.UserId, connection.Info.Address.Address.ToString(), DateTimeOffset.FromUnixTimeMilliseconds(lane.UnixNow),
            tape.AgeOf(lane.Now), cause, tape.Depths!, tape.ToArray()));
    }

    // The op of a message's first frame, as far as its first bytes tell: [op, … in MessagePack or as text.
    internal static int OpOf(ReadOnlySpan<byte> message)
    {
        if (message.Length < 2)
            return 0;
        var opcode = (Opcode)(message[0] & 0xF);
        if (opcode >= Opcode.Close)
            return FrameTrace.ControlOp + (int)opcode;
        var header = message[1] switch { < 126 => 2, 126 => 4, _ => 10 };
        if ((message[0] & Rsv1) != 0 || message.Length < header + 3)
            return 0;
        var payload = message[header..];
        if (opcode == Opcode.Binary)
            return payload[1] < 0x80 ? payload[1] : 0;

        var op = payload[1] - '0';
        return (uint)(payload[2] - '0') < 10 ? (op * 10) + payload[2] - '0' : op;
    }

    private static bool IsExpected(CloseCause cause) =>
        cause.IsGoodbye || (!cause.ByPeer && (GatewayCloseCode)cause.Code is GatewayCloseCode.GoingAway or GatewayCloseCode.Disconnected);

    private FlightTape? TapeOf(Connection connection) => connection.LaneIndex < 0 ? null : _tapes[connection.LaneIndex];
}
