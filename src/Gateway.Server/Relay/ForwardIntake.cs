using Gateway.Server.Cluster;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>
/// The owner's end of one <see cref="ForwardLink"/>: takes its entries in their order, and sends each one's outcome back. When the outcome of one is unknown nothing behind it may be ordered before it:
/// the link is refused, and all comes again until its time is up. A new link of the node makes a new intake. Belongs to the shard's home lane.
/// </summary>
internal sealed class ForwardIntake(LaneRelay relay, NodeId node, int shard, long link) : IPublisher
{
    private long _expected = 1;

    public NodeId Node { get; } = node;

    public long Link { get; } = link;

    /// <summary>The node has begun a new link, or is to begin one. What of this one waits comes again with that.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether it is the next one. After a gap the link is refused, once: the node begins a new one.</summary>
    public bool Take(long sequence)
    {
        if (IsOver)
            return false;
        if (sequence == _expected)
        {
            _expected++;
            return true;
        }

        Refuse();
        return false;
    }

    /// <summary>The node has begun a new link.</summary>
    public void End() => IsOver = true;

    /// <summary>Has the node begin a new link.</summary>
    public void Refuse()
    {
        if (IsOver)
            return;
        IsOver = true;
        relay.Refuse(Node, shard, Link);
    }

    public void OnPublished(long replyTag, PublishResult result)
    {
        if (result.Status == PublishStatus.Unavailable)
        {
            // Told as an answer, and that answer lost, it would come again after those behind it.
            Refuse();
            return;
        }

        if (IsOver)
            return;
        var outbox = relay.OutboxOf(Node);
        var writer = outbox.Begin(RelayItem.Ack, shard, 5);
        writer.WriteInt(Link);
        writer.WriteInt(replyTag);
        writer.WriteInt((int)result.Status);
        writer.WriteInt(result.Epoch);
        writer.WriteInt(result.Offset);
        writer.Flush();
        outbox.End();
    }
}
