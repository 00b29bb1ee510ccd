using Gateway.Protocol.MessagePack;

namespace Gateway.Server.Relay;

/// <summary>A frame about who is in a room, on its way from the wire to the room's lane.</summary>
/// <param name="OwnerEpoch">Of the lease under which the sender owned the shard.</param>
/// <param name="Number">1, 2, 3 … as the owner has sent them.</param>
/// <param name="Frame">With this node's number for the room.</param>
internal sealed record RelayNotice(long OwnerEpoch, long Number, byte[] Frame)
{
    /// <summary>Reads <c>[number, frame]</c>; null when the bytes are none.</summary>
    public static RelayNotice? Read(ReadOnlySpan<byte> body, long ownerEpoch, int roomNumber)
    {
        var reader = new MessagePackReader(body);
        return reader.TryReadArrayHeader(out var count) && count == 2 && reader.TryReadInt64(out var number) && number > 0 && reader.TryReadBinary(out var frame)
            && reader.IsAtEnd && RoomFrames.Renumber(frame, 0, roomNumber) is { } own
            ? new RelayNotice(ownerEpoch, number, own)
            : null;
    }
}
