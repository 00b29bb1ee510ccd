using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

internal sealed partial class Session
{
    public void OnJoined(Membership membership, in JoinOutcome outcome)
    {
        EnqueueJoined(membership, (int)membership.Tag, outcome);
        if (membership.WantsPresence)
        {
            AskRoster(membership, 0, null);
        }
    }

    public void OnEpochChanged(Membership membership, in JoinOutcome outcome) => EnqueueJoined(membership, id: 0, outcome);

    private void EnqueueJoined(Membership membership, int id, in JoinOutcome outcome)
    {
        var frame = _connection.Home.Frame;
        frame.ResetWrittenCount();
        var writer = new MessagePackWriter(frame);
        new JoinedFrame
        {
            Id = id,
            Room = membership.Room.NameUtf8,
            Number = outcome.Number,
            Epoch = outcome.Epoch,
            Offset = outcome.Offset,
            Head = outcome.Head,
            Recovered = outcome.Recovered,
        }.Write(ref writer);
        writer.Flush();
        EnqueueFrame(membership, frame.WrittenSpan);
    }
}
