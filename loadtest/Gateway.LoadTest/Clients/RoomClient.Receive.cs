using System.Globalization;
using System.Text;
using Gateway.LoadTest.Measures;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Protocol.WebSockets;

namespace Gateway.LoadTest.Clients;

/// <summary>What arrives. Messages of rooms take the short way, everything else the protocol's own readers.</summary>
public sealed partial class RoomClient
{
    private protected override void OnMessage(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        // One look at the clock for all messages of a WebSocket message: they arrived together.
        var now = Reactor.Now;
        if (opcode == Opcode.Binary)
            TakeFrames(payload, now);
        else
            TakeLines(payload, now);
    }

    /// <summary>JSON frames; the gateway writes one a line, and no string of JSON holds a line feed.</summary>
    private void TakeLines(ReadOnlySpan<byte> text, long now)
    {
        foreach (var line in text.Split((byte)'\n'))
        {
            if (JsonMessage.TryRead(text[line], out var number, out var offset, out var payload))
            {
                Deliver(number, offset, payload, now);
                continue;
            }

            var frames = _fleet.Text;
            frames.ResetWrittenCount();
            if (_fleet.Json.ToMessagePack(text[line], frames) != JsonTranscodeStatus.Success)
                _fleet.OnUnreadable(this);
            // Handling a frame may send one, which uses the same buffer.
            TakeFrames(frames.WrittenSpan.ToArray(), now);
        }
    }

    private void TakeFrames(ReadOnlySpan<byte> message, long now)
    {
        while (message.Length > 0)
        {
            var reader = new MessagePackReader(message, FrameLimits.MaxFrameDepth);
            if (TryReadMessage(ref reader, out var number, out var offset, out var payload))
            {
                Deliver(number, offset, payload, now);
                message = reader.Remaining;
                continue;
            }

            var whole = new MessagePackReader(message, FrameLimits.MaxFrameDepth);
            if (!whole.TrySkip(out var raw))
            {
                _fleet.OnUnreadable(this);
                return;
            }

            var frames = new FrameReader(raw);
            if (frames.TryReadNext(out var frame) == FrameReadStatus.Frame)
                TakeFrame(frame);
            else
                _fleet.OnUnreadable(this);
            message = whole.Remaining;
        }
    }

    /// <summary>[11, number, offset, event, payload, sender, time, conflationKey]; payloads of ours are strings.</summary>
    private static bool TryReadMessage(ref MessagePackReader reader, out int number, out long offset, out ReadOnlySpan<byte> payload)
    {
        number = 0;
        offset = 0;
        payload = default;
        if (!reader.TryReadArrayHeader(out var count) || count < 7 || !reader.TryReadInt32(out var op) || op != (int)Op.Message
            || !reader.TryReadInt32(out number) || !reader.TryReadInt64(out offset) || !reader.TryReadString(out _) || !reader.TryReadString(out payload))
        {
            return false;
        }

        for (var i = 5; i < count; i++)
        {
            if (!reader.TrySkip(out _))
                return false;
        }

        return true;
    }

    private void Deliver(int number, long offset, ReadOnlySpan<byte> payload, long now)
    {
        Seat? seat = null;
        foreach (var each in _seats)
        {
            if (each.Number == number)
            {
                seat = each;
                break;
            }
        }

        if (seat is null || !Stamp.TryRead(payload, out var stamp))
        {
            _fleet.OnUnreadable(this);
            return;
        }

        if (offset > 0)
        {
            if (offset != seat.Offset + 1)
                _fleet.OnOffsetJump(seat, offset);
            seat.Offset = Math.Max(seat.Offset, offset);
        }

        if (seat.Log.Sequences.Add(seat, stamp.Slot, stamp.Sequence))
            seat.Log.Add(stamp.Due, now);
        if (_catchingUp is not null)
            EndCatchUp();
    }

    private void EndCatchUp()
    {
        foreach (var seat in _seats)
        {
            if (seat.Offset < seat.Head)
                return;
        }

        var caughtUp = _catchingUp;
        _catchingUp = null;
        caughtUp?.TrySetResult();
    }

    private void TakeFrame(in RawFrame frame)
    {
        switch ((Op)frame.Op)
        {
            case Op.Ack when AckFrame.TryRead(frame, out var ack, out _):
                Answer(ack.Id, Response.Ok());
                break;
            case Op.Pong when PongFrame.TryRead(frame, out var pong, out _):
                Answer(pong.Id, Response.Ok());
                break;
            case Op.Ping when PingFrame.TryRead(frame, out var ping, out _):
                var writer = Begin(out var frames);
                new PongFrame { Id = ping.Id }.Write(ref writer);
                writer.Flush();
                SendFrames(frames);
                break;
            case Op.Welcome when _seats.Length == 0:
                Ready();
                break;
            case Op.Joined when JoinedFrame.TryRead(frame, out var joined, out _):
                TakeJoined(joined);
                break;
            case Op.Lost when LostFrame.TryRead(frame, out var lost, out _):
                TakeLost(lost);
                break;
            case Op.Error when ErrorFrame.TryRead(frame, out var error, out _):
                TakeError(error);
                break;
            case Op.Left:
                _fleet.OnLeft(this);
                break;
        }
    }

    private void TakeJoined(in JoinedFrame joined)
    {
        Seat? seat = null;
        foreach (var each in _seats)
        {
            if (joined.Room.SequenceEqual(each.Room.Name))
                seat = each;
        }

        if (seat is null)
            return;
        if (seat.WasJoined && !joined.Recovered)
            _fleet.OnNotRecovered();
        seat.Number = joined.Number;
        seat.Epoch = joined.Epoch;
        seat.Offset = joined.Offset;
        seat.Head = joined.Head;
        seat.WasJoined = true;
        if (joined.Id == 0 || ++_joinedCount < _seats.Length)
            return;
        Ready();
    }

    private void Ready()
    {
        IsReady = true;
        IsAway = false;
        var opening = _opening;
        _opening = null;
        opening?.TrySetResult(null);
    }

    private void TakeLost(in LostFrame lost)
    {
        var number = lost.Number;
        foreach (var seat in _seats)
        {
            if (seat.Number != number)
                continue;
            seat.Log.SaidLost += lost.Count;
            seat.Offset = Math.Max(seat.Offset, lost.To);
        }
    }

    private void TakeError(in ErrorFrame error)
    {
        var code = ((int)error.Code).ToString(CultureInfo.InvariantCulture);
        var sentence = $"error {code}: {Encoding.UTF8.GetString(error.Sentence)}";
        if (_opening is { } opening && error.Id < FirstId)
        {
            _opening = null;
            Cut();
            opening.TrySetResult(sentence);
            return;
        }

        if (error.Id >= FirstId)
            Answer(error.Id, Response.Fail(code, sentence));
        else
            _fleet.OnError(code);
    }
}
