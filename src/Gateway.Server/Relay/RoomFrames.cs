using System.Buffers;
using Gateway.Protocol.MessagePack;

namespace Gateway.Server.Relay;

/// <summary>Frames about who is in a room, from another node: they carry that node's number for the room.</summary>
internal static class RoomFrames
{
    private const int RosterOp = 17;
    private const int ChangesOp = 18;

    /// <summary><c>[17, id, number, ...]</c> or <c>[18, number, ...]</c> with this node's number; null when the bytes are neither.</summary>
    /// <param name="frame">One frame.</param>
    /// <param name="id">What a roster is the answer to.</param>
    /// <param name="number">This node's.</param>
    public static byte[]? Renumber(ReadOnlySpan<byte> frame, int id, int number)
    {
        var reader = new MessagePackReader(frame);
        if (!reader.TryReadArrayHeader(out var count) || !reader.TryReadInt32(out var op) || op is not (RosterOp or ChangesOp)
            || (op == RosterOp && !reader.TrySkip()) || !reader.TrySkip())
        {
            return null;
        }

        var output = new ArrayBufferWriter<byte>(frame.Length + 16);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(count);
        writer.WriteInt(op);
        if (op == RosterOp)
            writer.WriteInt(id);
        writer.WriteInt(number);
        writer.WriteRaw(reader.Remaining);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }
}
