using Gateway.Protocol.MessagePack;
using Gateway.Server.Cluster;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>Takes what other nodes say to this one off the wire, and gives each item to the lane of its shard. Malformed items are counted and dropped. For the wire's thread. Hot path.</summary>
/// <remarks>
/// NATS keeps a sender's order on one connection. When a node goes on at another server of a NATS cluster, what it sends there may overtake what is still on its way between the servers. What was
/// overtaken and would then mean something else is dropped: it counts as lost on the way, and is found missing like that: a forward by its link, a report by its number at the next check.
/// </remarks>
internal sealed class RelayInbox(RelayNode node, RoomKinds kinds) : IRelayReceiver
{
    /// <summary>The first field of each message: the version of the form.</summary>
    public const int Version = 1;

    private readonly RelayPeers _peers = new();
    private readonly RelayRoomNames _names = new(kinds);

    public void OnMessage(ReadOnlySpan<byte> message)
    {
        var reader = new MessagePackReader(message);
        if (!reader.TryReadArrayHeader(out var fields) || fields < 3 || !reader.TryReadInt32(out var version) || version != Version
            || !reader.TryReadString(out var name) || !reader.TryReadInt64(out var incarnation))
        {
            node.Metrics.Malformed();
            return;
        }

        var sender = _peers.Of(name, incarnation);
        var isOvertaken = false;
        if (fields >= 5)
        {
            if (!reader.TryReadInt32(out var lane) || lane is < 0 or >= RelayPeer.MaxLanes || !reader.TryReadInt64(out var number))
            {
                node.Metrics.Malformed();
                return;
            }

            isOvertaken = sender.IsOvertaken(lane, number);
            fields -= 2;
        }

        for (; fields > 3; fields--)
        {
            if (!reader.TrySkip())
                return;
        }

        while (!reader.IsAtEnd)
        {
            if (!reader.TrySkip(out var item))
            {
                node.Metrics.Malformed();
                return;
            }

            // The others of the message are whole: one that cannot be read must not hold them up.
            if (!TryTake(sender.Id, isOvertaken, item))
                node.Metrics.Malformed();
        }
    }

    private bool TryTake(NodeId sender, bool isOvertaken, ReadOnlySpan<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        if (!reader.TryReadArrayHeader(out var count) || count < 2 || !reader.TryReadInt32(out var item) || !reader.TryReadInt32(out var shard)
            || shard is < 0 or >= RoomSet.ShardCount)
        {
            return false;
        }

        if (isOvertaken && NeedsOrder((RelayItem)item))
        {
            node.Metrics.Overtaken();
            return true;
        }

        var lane = node.LaneOf(shard);
        switch ((RelayItem)item)
        {
            case RelayItem.Forward:
                return TryTakeForward(sender, shard, lane, ref reader);
            case RelayItem.Ack:
                return TryTakeAck(shard, lane, ref reader);
            case RelayItem.StandBy:
                return node.StandIns.TryTake(shard, ref reader);
            case RelayItem.StandDown:
                return node.StandIns.TryTakeDown(shard, ref reader);
            default:
                lane.Lane.Post(lane, LaneRelay.NoteCode, new IncomingNote(sender, (RelayItem)item, shard, reader.Remaining.ToArray()));
                return true;
        }
    }

    // The others say by their own numbers what they are about, and are worth as much when they come late.
    private static bool NeedsOrder(RelayItem item) =>
        item is RelayItem.Forward or RelayItem.Unfollow or RelayItem.Report or RelayItem.StandBy or RelayItem.StandDown;

    private bool TryTakeForward(NodeId sender, int shard, LaneRelay lane, ref MessagePackReader reader)
    {
        if (!reader.TryReadInt64(out var link) || !reader.TryReadInt64(out var sequence) || !reader.TryReadString(out var name)
            || !RelayKey.TryRead(ref reader, out var key) || !reader.TryReadBinary(out var body))
        {
            return false;
        }

        // Of a kind that only the other node's options know, say. It is answered in its turn: left out, it would be sent again and again, and all behind it would wait.
        var room = _names.Find(name) is { } known && RoomSet.ShardOf(known) == shard ? known : null;
        var message = room is null ? null : RoomMessage.Parse(body);
        lane.Lane.Post(lane, LaneRelay.ForwardCode, IncomingForward.Rent(sender, shard, link, sequence, room ?? "", key, message));
        return message is not null;
    }

    private static bool TryTakeAck(int shard, LaneRelay lane, ref MessagePackReader reader)
    {
        if (!reader.TryReadInt64(out var link) || !reader.TryReadInt64(out var sequence) || !reader.TryReadInt32(out var status)
            || !reader.TryReadInt64(out var epoch) || !reader.TryReadInt64(out var offset) || status is < 0 or > (int)PublishStatus.Unavailable)
        {
            return false;
        }

        lane.Lane.Post(lane, LaneRelay.AckCode, IncomingAck.Rent(shard, link, sequence, new PublishResult((PublishStatus)status, epoch, offset)));
        return true;
    }
}
