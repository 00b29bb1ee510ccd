using System.Buffers;
using System.Text;
using Gateway.Protocol.MessagePack;
using Gateway.Protocol.WebSockets;

namespace Gateway.Server.Tests.Simulation;

/// <summary>
/// A client of a <see cref="SimNode"/> that checks everything it is told: written from protocol/spec.md with its own decoding, so that it does not share the server's mistakes.
/// </summary>
internal sealed class SimClient(SimNode node, string name, Action<string> fail)
{
    private readonly Dictionary<int, SimRoom> _byNumber = [];
    private readonly Dictionary<uint, (string Room, string Text)> _publishes = [];
    private readonly Dictionary<uint, SimRoom> _joins = [];
    private SimTransport? _transport;
    private byte[] _unread = [];
    private uint _id;
    private int _incarnation;

    /// <summary>Rooms this client wants to be in, with where it stands; they live on over reconnects.</summary>
    public Dictionary<string, SimRoom> Rooms { get; } = new(StringComparer.Ordinal);

    public int Lane { get; private set; }

    public bool IsConnected => _transport is { IsOver: false, IsShutDown: false };

    public int ReceivedCount { get; private set; }

    public int AckedCount { get; private set; }

    public int LostCount { get; private set; }

    /// <summary>Times this client was told that messages of a durable room are gone.</summary>
    public int DurableLossCount { get; private set; }

    public int KeyedCount { get; private set; }

    /// <summary>Every acknowledged publish: room, epoch, offset, text.</summary>
    public List<(string Room, long Epoch, long Offset, string Text)> Acked { get; } = [];

    public void Connect(int lane)
    {
        Lane = lane;
        _unread = [];
        _byNumber.Clear();
        _publishes.Clear();
        _joins.Clear();
        _transport = node.Connect(lane, $"{name}.{_incarnation++}");
        node.Lanes[lane].Turn();
        Send((ref MessagePackWriter w) =>
        {
            w.WriteArrayHeader(2);
            w.WriteInt(1);
            w.WriteInt(1);
        });
        foreach (var room in Rooms.Values)
        {
            room.IsJoined = false;
            SendJoin(room);
        }
    }

    public void Disconnect() => node.On(Lane, () => _transport!.Break());

    public void Join(string roomName)
    {
        if (Rooms.ContainsKey(roomName))
            return;
        var room = new SimRoom(roomName);
        Rooms.Add(roomName, room);
        SendJoin(room);
    }

    public void Leave(string roomName)
    {
        if (!Rooms.Remove(roomName, out var room) || !room.IsJoined)
            return;
        Send((ref MessagePackWriter w) =>
        {
            w.WriteArrayHeader(3);
            w.WriteInt(7);
            w.WriteInt(++_id);
            w.WriteString(roomName);
        });
        room.HasLeft = true;
    }

    public void Publish(string room, string text, string? idempotencyKey = null, string? conflationKey = null)
    {
        var id = ++_id;
        _publishes[id] = (room, text);
        Send((ref MessagePackWriter w) =>
        {
            w.WriteArrayHeader(7);
            w.WriteInt(9);
            w.WriteInt(id);
            w.WriteString(room);
            w.WriteString("e");
            w.WriteString(text);
            if (idempotencyKey is null)
                w.WriteNil();
            else
                w.WriteString(idempotencyKey);
            if (conflationKey is null)
                w.WriteNil();
            else
                w.WriteString(conflationKey);
        });
    }

    public void SetWindow(int bytes)
    {
        if (IsConnected)
            node.On(Lane, () => _transport!.SetWindow(bytes));
    }

    /// <summary>Reads all that has been sent so far.</summary>
    public void Read()
    {
        if (_transport is null)
            return;
        _unread = [.. _unread, .. _transport.TakeSent()];
        while (TryTakeMessage(out var opcode, out var payload))
        {
            if (opcode == Opcode.Binary)
                ReadFrames(payload);
            else if (opcode == Opcode.Ping)
                SendControl(Opcode.Pong, payload);
            else if (opcode == Opcode.Close)
                node.On(Lane, () => _transport.Break());
        }
    }

    private delegate void FrameWrite(ref MessagePackWriter writer);

    private void SendJoin(SimRoom room)
    {
        if (!IsConnected)
            return;
        var id = ++_id;
        _joins[id] = room;
        Send((ref MessagePackWriter w) =>
        {
            w.WriteArrayHeader(room.Epoch == 0 ? 4 : 6);
            w.WriteInt(5);
            w.WriteInt(id);
            w.WriteString(room.Name);
            w.WriteInt(0);
            if (room.Epoch != 0)
            {
                w.WriteInt(room.Epoch);
                w.WriteInt(room.Position);
            }
        });
    }

    private void Send(FrameWrite write)
    {
        if (!IsConnected)
            return;
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        write(ref writer);
        writer.Flush();
        SendControl(Opcode.Binary, output.WrittenSpan.ToArray());
    }

    private void SendControl(Opcode opcode, byte[] payload)
    {
        var frame = new byte[payload.Length + 14];
        var header = FrameWriter.WriteMaskedHeader(frame, opcode, payload.Length, 0);
        payload.CopyTo(frame, header);
        node.On(Lane, () => _transport!.Receive(frame.AsSpan(0, header + payload.Length)));
    }

    // Server frames are whole and unmasked; what is not complete yet waits.
    private bool TryTakeMessage(out Opcode opcode, out byte[] payload)
    {
        opcode = default;
        payload = [];
        if (_unread.Length < 2)
            return false;
        if ((_unread[0] & 0xF0) != 0x80 || (_unread[1] & 0x80) != 0)
            fail($"{name}: a frame that is fragmented, compressed or masked");
        var (length, at) = ((int)_unread[1], 2);
        if (length == 126)
        {
            if (_unread.Length < 4)
                return false;
            (length, at) = ((_unread[2] << 8) | _unread[3], 4);
        }
        else if (length == 127)
        {
            if (_unread.Length < 10)
                return false;
            (length, at) = ((int)System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(_unread.AsSpan(2)), 10);
        }

        if (_unread.Length < at + length)
            return false;
        opcode = (Opcode)(_unread[0] & 0xF);
        payload = _unread[at..(at + length)];
        _unread = _unread[(at + length)..];
        return true;
    }

    private void ReadFrames(byte[] payload)
    {
        var reader = new MessagePackReader(payload);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadArrayHeader(out var count) || !reader.TryReadInt32(out var op))
            {
                fail($"{name}: bytes that are no frame");
                return;
            }

            var end = count - 1;
            switch (op)
            {
                case 6:
                    end -= OnJoined(ref reader);
                    break;
                case 10:
                    end -= OnAck(ref reader);
                    break;
                case 11:
                    end -= OnMessage(ref reader);
                    break;
                case 28:
                    end -= OnLost(ref reader);
                    break;
                default:
                    break;
            }

            while (end-- > 0)
                reader.TrySkip(out _);
        }
    }

    private int OnJoined(ref MessagePackReader reader)
    {
        reader.TryReadUInt32(out var id);
        reader.TryReadString(out _);
        reader.TryReadInt32(out var number);
        reader.TryReadInt64(out var epoch);
        reader.TryReadInt64(out var offset);
        reader.TryReadInt64(out var head);
        reader.TryReadBoolean(out var recovered);
        var room = _joins[id];
        _byNumber[number] = room;
        if (room.Epoch != 0)
        {
            if (recovered && (room.Epoch != epoch || room.Position != offset))
                fail($"{name}: recovered {room.Name} at another position ({epoch}/{offset}) than asked ({room.Epoch}/{room.Position})");
            if (!recovered && room.IsDurable)
                DurableLossCount++;
        }

        if (offset > head)
            fail($"{name}: joined {room.Name} beyond its head");
        if (!recovered && epoch == room.Epoch && offset < room.Position)
            fail($"{name}: {room.Name} went back from {room.Position} to {offset} in one epoch");
        room.Epoch = epoch;
        room.Position = offset;
        room.IsJoined = true;
        return 7;
    }

    private int OnAck(ref MessagePackReader reader)
    {
        reader.TryReadUInt32(out var id);
        reader.TryReadInt64(out var epoch);
        reader.TryReadInt64(out var offset);
        reader.TryReadBoolean(out _);
        if (!_publishes.Remove(id, out var publish))
        {
            fail($"{name}: an ack for {id}, which was not asked for or answered before");
            return 4;
        }

        AckedCount++;
        if (offset > 0)
            Acked.Add((publish.Room, epoch, offset, publish.Text));
        return 4;
    }

    private int OnMessage(ref MessagePackReader reader)
    {
        reader.TryReadInt32(out var number);
        reader.TryReadInt64(out var offset);
        reader.TryReadString(out _);
        reader.TryReadString(out var text);
        ReceivedCount++;
        var room = _byNumber[number];
        if (room.HasLeft)
            return 4; // Was on its way when we left.
        if (offset == 0)
        {
            KeyedCount++;
            return 4;
        }

        if (offset != room.Position + 1)
            fail($"{name}: {room.Name} jumped from {room.Position} to {offset} without a word");
        room.Position = offset;
        room.Seen[(room.Epoch, offset)] = Encoding.UTF8.GetString(text);
        return 4;
    }

    private int OnLost(ref MessagePackReader reader)
    {
        reader.TryReadInt32(out var number);
        reader.TryReadInt32(out var count);
        reader.TryReadInt64(out var from);
        reader.TryReadInt64(out var to);
        LostCount += count;
        if (from > 0 && _byNumber[number] is { HasLeft: false } room)
        {
            DurableLossCount += room.IsDurable ? 1 : 0;
            if (from != room.Position + 1)
                fail($"{name}: told that {from} to {to} of {room.Name} are lost while standing at {room.Position}");
            room.Position = to;
        }

        return 4;
    }
}
