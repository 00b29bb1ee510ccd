using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>An answer to a forward on its way from the wire to the shard's lane. Pooled.</summary>
internal sealed class IncomingAck
{
    private static readonly BoundedPool<IncomingAck> Pool = new(static () => new IncomingAck(), 4096);

    public int Shard { get; private set; }

    public long Link { get; private set; }

    public long Sequence { get; private set; }

    public PublishResult Result { get; private set; }

    public static IncomingAck Rent(int shard, long link, long sequence, PublishResult result)
    {
        var ack = Pool.Rent();
        (ack.Shard, ack.Link, ack.Sequence, ack.Result) = (shard, link, sequence, result);
        return ack;
    }

    public void Return() => Pool.Return(this);
}
