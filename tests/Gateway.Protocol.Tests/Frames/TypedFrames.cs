using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.Frames;

/// <summary>Reads frames as what their op says.</summary>
internal static class TypedFrames
{
    /// <summary>Reads a frame and writes what was read.</summary>
    /// <returns>Null, and the error, when a field is not right; also when the op is unknown.</returns>
    public static byte[]? Rewrite(in RawFrame frame, out ErrorCode error) => (Op)frame.Op switch
    {
        _ when frame.Op > byte.MaxValue => Unknown(out error),
        Op.Hello => Rewrite<HelloFrame>(frame, out error),
        Op.Welcome => Rewrite<WelcomeFrame>(frame, out error),
        Op.Auth => Rewrite<AuthFrame>(frame, out error),
        Op.Ok => Rewrite<OkFrame>(frame, out error),
        Op.Join => Rewrite<JoinFrame>(frame, out error),
        Op.Joined => Rewrite<JoinedFrame>(frame, out error),
        Op.Leave => Rewrite<LeaveFrame>(frame, out error),
        Op.Left => Rewrite<LeftFrame>(frame, out error),
        Op.Publish => Rewrite<PublishFrame>(frame, out error),
        Op.Ack => Rewrite<AckFrame>(frame, out error),
        Op.Message => Rewrite<MessageFrame>(frame, out error),
        Op.Send => Rewrite<SendFrame>(frame, out error),
        Op.Direct => Rewrite<DirectFrame>(frame, out error),
        Op.Request => Rewrite<RequestFrame>(frame, out error),
        Op.Reply => Rewrite<ReplyFrame>(frame, out error),
        Op.Presence => Rewrite<PresenceFrame>(frame, out error),
        Op.Roster => Rewrite<RosterFrame>(frame, out error),
        Op.Changes => Rewrite<ChangesFrame>(frame, out error),
        Op.State => Rewrite<StateFrame>(frame, out error),
        Op.History => Rewrite<HistoryFrame>(frame, out error),
        Op.Page => Rewrite<PageFrame>(frame, out error),
        Op.Ping => Rewrite<PingFrame>(frame, out error),
        Op.Pong => Rewrite<PongFrame>(frame, out error),
        Op.Heads => Rewrite<HeadsFrame>(frame, out error),
        Op.Positions => Rewrite<PositionsFrame>(frame, out error),
        Op.Lost => Rewrite<LostFrame>(frame, out error),
        Op.Goaway => Rewrite<GoawayFrame>(frame, out error),
        Op.Error => Rewrite<ErrorFrame>(frame, out error),
        _ => Unknown(out error),
    };

    /// <summary>Reads all frames of a message and writes what was read. Fails the test when one is not right.</summary>
    public static byte[] RewriteAll(ReadOnlySpan<byte> message)
    {
        var all = new List<byte>();
        var reader = new FrameReader(message);
        FrameReadStatus status;
        while ((status = reader.TryReadNext(out var frame)) == FrameReadStatus.Frame)
        {
            var bytes = Rewrite(frame, out var error);
            Assert.Equal(ErrorCode.None, error);
            all.AddRange(bytes!);
        }

        Assert.Equal(FrameReadStatus.End, status);
        return [.. all];
    }

    /// <summary>What a server that takes every right frame without a word answers: an error for each that is not.</summary>
    public static List<(int Id, ErrorCode Code)> Answer(ReadOnlySpan<byte> message)
    {
        var answers = new List<(int, ErrorCode)>();
        var reader = new FrameReader(message, FrameLimits.DefaultMaxPayloadBytes);
        while (true)
        {
            switch (reader.TryReadNext(out var frame))
            {
                case FrameReadStatus.End:
                    return answers;
                case FrameReadStatus.Malformed:
                    answers.Add((0, ErrorCode.Malformed));
                    continue;
            }

            frame.TryPeekId(out var id);
            var error = ErrorCode.UnknownOp;
            if (Ops.IsFromClient(frame.Op))
                Rewrite(frame, out error);
            if (error != ErrorCode.None)
                answers.Add((id, error));
        }
    }

    private static byte[]? Rewrite<T>(in RawFrame frame, out ErrorCode error)
        where T : IFrame<T>, allows ref struct
    {
        Assert.Equal(T.Op, (Op)frame.Op);
        if (!T.TryRead(frame, out var value, out error))
            return null;

        var bytes = new byte[frame.Raw.Length + 64];
        var writer = new MessagePackWriter(bytes);
        value.Write(ref writer);
        Assert.False(writer.HasOverflowed);
        return bytes[..(int)writer.Written];
    }

    private static byte[]? Unknown(out ErrorCode error)
    {
        error = ErrorCode.UnknownOp;
        return null;
    }
}
