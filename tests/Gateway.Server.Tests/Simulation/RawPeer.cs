using System.Buffers;
using System.Buffers.Binary;
using Gateway.Protocol.MessagePack;
using Gateway.Protocol.WebSockets;

namespace Gateway.Server.Tests.Simulation;

/// <summary>A peer of a <see cref="SimNode"/> that says whatever the test wants and lists what it is told.</summary>
internal sealed class RawPeer(SimNode node, SimTransport transport, int lane = 0)
{
    private byte[] _unread = [];

    public delegate void FrameWrite(ref MessagePackWriter writer);

    /// <summary>Everything received so far: opcode and payload.</summary>
    public List<(Opcode Opcode, byte[] Payload)> Messages { get; } = [];

    public static byte[] Frame(FrameWrite write)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        write(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>WebSocket messages as bytes, masked as a client's are.</summary>
    public static byte[] Masked(Opcode opcode, byte[] payload)
    {
        var frame = new byte[payload.Length + 14];
        var header = FrameWriter.WriteMaskedHeader(frame, opcode, payload.Length, 0);
        payload.CopyTo(frame, header);
        return frame[..(header + payload.Length)];
    }

    public void Send(params byte[][] frames) => SendBytes(Masked(Opcode.Binary, [.. frames.SelectMany(static frame => frame)]));

    public void SendBytes(byte[] bytes)
    {
        node.On(lane, () => transport.Receive(bytes));
        node.Settle();
    }

    /// <summary>The frames received so far, as op and first field (0 when it is no integer).</summary>
    public IReadOnlyList<(int Op, long First, long Second)> Read()
    {
        _unread = [.. _unread, .. transport.TakeSent()];
        while (TryTake())
        {
        }

        var frames = new List<(int, long, long)>();
        foreach (var (_, payload) in Messages.Where(static message => message.Opcode == Opcode.Binary))
        {
            var reader = new MessagePackReader(payload);
            while (reader.TrySkip(out var raw))
            {
                var fields = new MessagePackReader(raw);
                fields.TryReadArrayHeader(out _);
                fields.TryReadInt32(out var op);
                if (!fields.TryReadInt64(out var first))
                    fields.TrySkip(out _);
                fields.TryReadInt64(out var second);
                frames.Add((op, first, second));
            }
        }

        return frames;
    }

    private bool TryTake()
    {
        if (_unread.Length < 2)
            return false;
        var (length, at) = ((long)_unread[1], 2);
        if (length == 126 && _unread.Length >= 4)
            (length, at) = (BinaryPrimitives.ReadUInt16BigEndian(_unread.AsSpan(2)), 4);
        else if (length == 127 && _unread.Length >= 10)
            (length, at) = (BinaryPrimitives.ReadInt64BigEndian(_unread.AsSpan(2)), 10);
        else if (length >= 126)
            return false;
        if (_unread.Length < at + length)
            return false;
        Messages.Add(((Opcode)(_unread[0] & 0xF), _unread[at..(int)(at + length)]));
        _unread = _unread[(int)(at + length)..];
        return true;
    }
}
