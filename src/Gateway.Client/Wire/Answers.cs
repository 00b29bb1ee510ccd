using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Client.Wire;

/// <summary>Answers to calls as values of the application.</summary>
internal static class Answers
{
    public static bool TryReadRoster(in RawFrame frame, out RoomRoster roster)
    {
        var isRoster = RosterFrame.TryRead(frame, out var read, out _);
        roster = isRoster ? Members.ToRoster(read) : new RoomRoster(0, [], IsComplete: false);
        return isRoster;
    }

    /// <summary>The value of an <c>ok</c> that is a whole number; nil reads as 0.</summary>
    public static bool TryReadNumber(in RawFrame frame, out long value)
    {
        value = 0;
        if (!OkFrame.TryRead(frame, out var ok, out _))
            return false;
        var reader = new MessagePackReader(ok.Value);
        return ok.Value.IsEmpty || reader.TryReadNil() || reader.TryReadInt64(out value);
    }

    public static bool TryReadReply(in RawFrame frame, out ReadOnlyMemory<byte> payload)
    {
        var isReply = ReplyFrame.TryRead(frame, out var reply, out _);
        payload = reply.Payload.ToArray();
        return isReply;
    }
}
