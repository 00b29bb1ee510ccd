using Gateway.Protocol.Frames;

namespace Gateway.EndToEnd.Tests.Support;

/// <summary>
/// What a member of a durable room has seen: follows offsets and the counter at the start of each payload, and refuses any hole, repetition
/// or change of order at once.
/// </summary>
internal sealed class RoomLog(TestClient client, int number, long epoch, long offset)
{
    public int Number { get; } = number;

    public long Epoch { get; } = epoch;

    /// <summary>The last offset seen.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Joins, at the head or at the position given.</summary>
    public static async Task<RoomLog> JoinAsync(TestClient client, string room, CancellationToken cancellationToken, RoomLog? before = null)
    {
        var joined = await client.JoinAsync(room, cancellationToken, before is null ? "" : $",{before.Epoch},{before.Offset}");
        Assert.Equal(before is not null, joined[7].GetBoolean());
        if (before is not null)
            Assert.Equal((before.Epoch, before.Offset), (joined[4].GetInt64(), joined[5].GetInt64()));
        return new RoomLog(client, joined[3].GetInt32(), joined[4].GetInt64(), joined[5].GetInt64());
    }

    /// <summary>Reads on until an offset has been seen. False: the connection ended before.</summary>
    public async Task<bool> ReadToAsync(long last, CancellationToken cancellationToken)
    {
        while (Offset < last)
        {
            if (await client.ReceiveMessageAsync(cancellationToken) is not { } message)
                return false;
            Follow(message);
        }

        return true;
    }

    private void Follow(byte[] message)
    {
        var reader = new FrameReader(message);
        while (reader.TryReadNext(out var frame) is var status && status != FrameReadStatus.End)
        {
            if (status != FrameReadStatus.Frame)
                throw new InvalidDataException("The server sent what is no frame.");
            if (frame.Op != (int)Op.Message)
                throw new InvalidDataException($"A frame of op {frame.Op} came behind offset {Offset}.");
            if (!MessageFrame.TryRead(frame, out var entry, out _) || entry.Number != Number)
                throw new InvalidDataException("A message of another room, or one that cannot be read.");
            if (entry.Offset != Offset + 1)
                throw new InvalidDataException($"Offset {entry.Offset} came behind {Offset}.");
            if (Publisher.OffsetIn(entry.Payload) != entry.Offset)
                throw new InvalidDataException($"Offset {entry.Offset} holds what was published as {Publisher.OffsetIn(entry.Payload)}.");
            Offset = entry.Offset;
        }
    }
}
