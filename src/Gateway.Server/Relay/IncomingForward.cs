using Gateway.Server.Cluster;
using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>A forward on its way from the wire to the shard's lane. Pooled.</summary>
internal sealed class IncomingForward
{
    private static readonly BoundedPool<IncomingForward> Pool = new(static () => new IncomingForward(), 4096);

    public NodeId Sender { get; private set; }

    public int Shard { get; private set; }

    public long Link { get; private set; }

    public long Sequence { get; private set; }

    public string Room { get; private set; } = "";

    public UInt128 Key { get; private set; }

    /// <summary>Owned by who takes the forward; null: this node has no such room, or cannot read the message.</summary>
    public RoomMessage? Message { get; private set; }

    public static IncomingForward Rent(NodeId sender, int shard, long link, long sequence, string room, UInt128 key, RoomMessage? message)
    {
        var forward = Pool.Rent();
        (forward.Sender, forward.Shard, forward.Link, forward.Sequence) = (sender, shard, link, sequence);
        (forward.Room, forward.Key, forward.Message) = (room, key, message);
        return forward;
    }

    public void Return()
    {
        Message = null;
        Pool.Return(this);
    }
}
