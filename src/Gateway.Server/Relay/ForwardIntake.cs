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

    // Taken and not answered, and when the node last heard of the link.
    private int _workingCount;
    private long _toldAt;

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
            if (_workingCount++ == 0)
                _toldAt = relay.Lane.Now;
            return true;
        }

        Refuse();
        return false;
    }

    /// <summary>Time has passed. A history that is slow must not look like a way that loses: the node would send all again, and make it slower.</summary>
    public void Tick()
    {
        if (IsOver || _workingCount == 0 || relay.Lane.Now - _toldAt < relay.RetryAfter / 4)
            return;
        _toldAt = relay.Lane.Now;
        var outbox = relay.OutboxOf(Node);
        var writer = outbox.Begin(RelayItem.Busy, shard, 2);
        writer.WriteInt(Link);
        writer.WriteInt(_expected);
        writer.Flush();
        outbox.End();
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
        _workingCount--;
        if (result.Status == PublishStatus.Unavailable)
        {
            // Told as an answer, and that answer lost, it would come again after those behind it.
            Refuse();
            return;
        }

        Answer(replyTag, result);
    }

    /// <summary>One that was taken and is not published. Unavailable does not refuse the link here: it would come again, and be refused again.</summary>
    public void Refused(long sequence, PublishResult result)
    {
        _workingCount--;
        Answer(sequence, result);
    }

    // The outcome of one that leaves nothing behind, however often it comes.
    private void Answer(long sequence, PublishResult result)
    {
        if (IsOver)
            return;
        _toldAt = relay.Lane.Now;
        var outbox = relay.OutboxOf(Node);
        var writer = outbox.Begin(RelayItem.Ack, shard, 5);
        writer.WriteInt(Link);
        writer.WriteInt(sequence);
        writer.WriteInt((int)result.Status);
        writer.WriteInt(result.Epoch);
        writer.WriteInt(result.Offset);
        writer.Flush();
        outbox.End();
    }
}
