using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>The outcome of a publish on its way from the room's lane to the publisher's. Pooled.</summary>
internal sealed class PublishOutcome
{
    private static readonly BoundedPool<PublishOutcome> Pool = new(static () => new PublishOutcome(), 4096);

    public long Tag { get; private set; }

    public PublishResult Result { get; private set; }

    public static PublishOutcome Rent(long tag, PublishResult result)
    {
        var outcome = Pool.Rent();
        outcome.Tag = tag;
        outcome.Result = result;
        return outcome;
    }

    public void Return() => Pool.Return(this);
}
