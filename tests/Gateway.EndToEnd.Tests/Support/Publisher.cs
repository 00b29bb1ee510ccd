using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Protocol.Tests.WebSockets.Conformance;

namespace Gateway.EndToEnd.Tests.Support;

/// <summary>The only publisher of a room: knows which offset each of its messages must get, and writes it into the payload.</summary>
internal sealed class Publisher(TestClient client, string room, int payloadBytes)
{
    private const int BatchCount = 64;
    private const int MaxUnacknowledged = 512;
    private const int PayloadHeaderBytes = 3;

    private readonly byte[] _room = Encoding.UTF8.GetBytes(room);
    private readonly byte[] _payload = new byte[payloadBytes];

    /// <summary>The offset of the last message that was acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Publishes so many more, and returns when all are acknowledged with the offsets they must have.</summary>
    public async Task PublishAsync(int count, CancellationToken cancellationToken)
    {
        var sent = Acknowledged;
        var last = Acknowledged + count;
        while (Acknowledged < last)
        {
            while (sent < last && sent - Acknowledged <= MaxUnacknowledged - BatchCount)
            {
                var batch = (int)Math.Min(BatchCount, last - sent);
                await client.SendRawAsync(ClientFrames.Binary(Batch(sent + 1, batch)), cancellationToken);
                sent += batch;
            }

            Acknowledge(await client.ReceiveMessageAsync(cancellationToken)
                ?? throw new InvalidOperationException($"The publisher's connection ended with {client.CloseCode}."));
        }
    }

    /// <summary>The offset that a payload was written for.</summary>
    public static long OffsetIn(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadInt64LittleEndian(payload[PayloadHeaderBytes..]);

    private byte[] Batch(long first, int count)
    {
        var output = new ArrayBufferWriter<byte>(count * (payloadBytes + 64));
        var writer = new MessagePackWriter(output);
        for (var i = 0; i < count; i++)
        {
            // bin 16: 0xC5, the length in two octets, then the content.
            BinaryPrimitives.WriteInt64LittleEndian(_payload.AsSpan(PayloadHeaderBytes), first + i);
            _payload[0] = 0xC5;
            BinaryPrimitives.WriteUInt16BigEndian(_payload.AsSpan(1), (ushort)(payloadBytes - PayloadHeaderBytes));
            new PublishFrame { Id = (int)(first + i), Room = new RoomReference(_room), Event = "e"u8, Payload = _payload }.Write(ref writer);
        }

        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private void Acknowledge(byte[] message)
    {
        var reader = new FrameReader(message);
        while (reader.TryReadNext(out var frame) == FrameReadStatus.Frame)
        {
            if (!AckFrame.TryRead(frame, out var ack, out _) || ack.Id != Acknowledged + 1 || ack.Offset != ack.Id || ack.Duplicate)
                throw new InvalidDataException($"A frame of op {frame.Op} (id {ack.Id}, offset {ack.Offset}) came instead of the ack of {Acknowledged + 1}.");
            Acknowledged++;
        }
    }
}
