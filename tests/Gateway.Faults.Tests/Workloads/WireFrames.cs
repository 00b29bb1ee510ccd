using System.Buffers;
using System.Text;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Faults.Tests.Workloads;

/// <summary>The frames that the strict clients send and the payload they read.</summary>
internal static class WireFrames
{
    public static void Hello(IBufferWriter<byte> output, string token) =>
        Write(output, new HelloFrame { Version = 1, Token = Encoding.UTF8.GetBytes(token), Agent = "faults"u8 });

    public static void Join(IBufferWriter<byte> output, int id, string room, (long Epoch, long Offset)? from, int? tail = null) =>
        Write(output, new JoinFrame { Id = id, Room = Encoding.UTF8.GetBytes(room), Epoch = from?.Epoch, Offset = from?.Offset, Tail = tail });

    public static void Publish(IBufferWriter<byte> output, int id, string room, string text, string? key)
    {
        var payload = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(payload);
        writer.WriteString(text);
        writer.Flush();
        Write(output, new PublishFrame
        {
            Id = id,
            Room = new RoomReference(Encoding.UTF8.GetBytes(room)),
            Event = "e"u8,
            Payload = payload.WrittenSpan,
            IdempotencyKey = Encoding.UTF8.GetBytes(key ?? ""),
        });
    }

    public static void Ping(IBufferWriter<byte> output) => Write(output, new PingFrame { Id = 1 });

    public static string Text(ReadOnlySpan<byte> payload)
    {
        var reader = new MessagePackReader(payload);
        return reader.TryReadString(out var utf8) ? Encoding.UTF8.GetString(utf8) : throw new InvalidDataException($"A payload is {Convert.ToHexString(payload)}.");
    }

    private static void Write<T>(IBufferWriter<byte> output, in T frame)
        where T : IFrame<T>, allows ref struct
    {
        var writer = new MessagePackWriter(output);
        frame.Write(ref writer);
        writer.Flush();
    }
}
