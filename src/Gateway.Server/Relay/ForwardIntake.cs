using Gateway.Server.Cluster;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>
/// The owner's end of one <see cref="ForwardLink"/>: takes its entries in their order, and sends each one's outcome back. A new link of the node makes a new one. Belongs to the shard's home lane.
/// </summary>
internal sealed class ForwardIntake(LaneRelay relay, NodeId node, int shard, long link) : IPublisher
{
    private long _expected = 1;
    private bool _isRefused;

    public NodeId Node { get; } = node;

    public long Link { get; } = link;

    /// <summary>Whether it is the next one. After a gap the link is refused, once: the node begins a new one.</summary>
    public bool Take(long sequence)
    {
        if (_isRefused)
            return false;
        if (sequence == _expected)
        {
            _expected++;
            return true;
        }

        _isRefused = true;
        relay.Refuse(Node, shard, Link);
        return false;
    }

    public void OnPublished(long replyTag, PublishResult result)
    {
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
