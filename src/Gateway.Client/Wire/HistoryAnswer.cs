using System.Text;
using Gateway.Protocol.Frames;

namespace Gateway.Client.Wire;

/// <summary>The answer to a question for history, which does not repeat the room's name.</summary>
internal sealed class HistoryAnswer(string room, IPayloadSerializer serializer)
{
    public bool TryRead(in RawFrame frame, out HistoryPage page)
    {
        page = new HistoryPage([], 0, 0, 0, HasMore: false);
        if (!PageFrame.TryRead(frame, out var read, out _))
            return false;
        var messages = new List<RoomMessage>(read.Messages.Count);
        foreach (var entry in read.Messages)
        {
            if (!UnixTime.TryRead(entry.Time, out var time))
                return false;
            messages.Add(new RoomMessage(
                room, new RoomPosition(read.Epoch, entry.Offset), Encoding.UTF8.GetString(entry.Event), entry.Payload.ToArray(),
                entry.Sender.IsEmpty ? null : Encoding.UTF8.GetString(entry.Sender), time, conflationKey: null, serializer));
        }

        page = new HistoryPage(messages, read.Epoch, read.Head, read.First, read.More);
        return true;
    }
}
