using Gateway.Nats;
using Gateway.Server.Cluster;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Backends.Publishing;

/// <summary>Opens <c>gateway.publish.&gt;</c> over NATS: at the start on a node that is alone, in a cluster while this node is the one that takes publishes for all.</summary>
/// <remarks>
/// <para>Why one node for all: a queue group of all nodes spreads one publisher's messages over them, and each takes its own way to the room's owner, so that they overtake each other; nothing in them tells
/// their order. Subscriptions of all nodes of which only the owner takes a message would cost every node all messages, and when a shard changes hands, each node's own moment of the change would double some messages and lose
/// others. A subject for each shard would have every backend compute our hash. One subscriber keeps the order that NATS keeps, and takes each message once. It only reads and forwards; the owners of the rooms store
/// and send. What one node cannot take in goes over HTTP, on all nodes.</para>
/// <para>Which one: the owner of shard <see cref="DutyShard"/>, under its lease. When the node drains or the ring changes, it first finishes what it has taken, then the next one begins; meanwhile, and
/// for at most a lease after a death, nobody listens, and NATS tells who asks for an acknowledgement so at once (no responders). The subscription is in a queue group all the same: should two nodes ever
/// listen, each message is still taken by one.</para>
/// </remarks>
internal sealed class PublishDoor(
    NatsConnection connection, BackendPublisher publisher, UserSender users, BackendsMetrics metrics, IOptions<BackendsOptions> options, TimeProvider time, bool isAlone, ILogger<NatsDoor> log)
    : IShardDuty, IAsyncDisposable
{
    public const int DutyShard = 0;
    private const string QueueGroup = "gateway";
    private static readonly TimeSpan IdleInterval = TimeSpan.FromMilliseconds(5);

    private readonly Lock _lock = new();
    private readonly IntakeSeat _seat = new(time, isAlone);
    private readonly List<NatsSubscription> _subscriptions = [];
    private RoomIntake? _rooms;
    private UserIntake? _users;

    public int Shard => DutyShard;

    /// <summary>When the node starts.</summary>
    public void Start()
    {
        if (isAlone)
            Open();
    }

    public void Begin(ShardLease lease)
    {
        _seat.Lease = lease;
        Open();
    }

    /// <summary>What NATS has delivered is done: taken, and answered.</summary>
    public async Task EndAsync(TimeSpan limit)
    {
        using var over = new CancellationTokenSource(limit, time);
        await EndAsync(over.Token);
    }

    public async Task EndAsync(CancellationToken deadline)
    {
        var ending = Take();
        try
        {
            await Task.WhenAll(ending.Select(subscription => subscription.DrainAsync(deadline)));
            using var timer = new PeriodicTimer(IdleInterval, time);
            while (metrics.PendingCount > 0)
                await timer.WaitForNextTickAsync(deadline);
        }
        catch (Exception exception) when (exception is NatsException or OperationCanceledException)
        {
            // The connection was lost or time is up: nothing more comes in either way, and who was not answered asks again.
        }
    }

    public void Drop()
    {
        _seat.Lease = null;
        foreach (var subscription in Take())
            subscription.Unsubscribe();
    }

    public ValueTask DisposeAsync()
    {
        Drop();
        Interlocked.Exchange(ref _users, null)?.Dispose();
        Interlocked.Exchange(ref _rooms, null)?.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Open()
    {
        lock (_lock)
        {
            var (prefix, maxPending) = (options.Value.Prefix, options.Value.MaxPendingPublishes);
            var answers = new NatsAnswers(connection, metrics);
            _rooms ??= new RoomIntake($"{prefix}.publish.room.", publisher, answers, metrics, _seat, maxPending, log);
            _users ??= new UserIntake($"{prefix}.publish.user.", users, answers, metrics, _seat, maxPending, log);
            if (_subscriptions.Count > 0)
                return;
            _subscriptions.Add(connection.Subscribe($"{prefix}.publish.room.>", _rooms, QueueGroup));
            _subscriptions.Add(connection.Subscribe($"{prefix}.publish.user.>", _users, QueueGroup));
        }
    }

    private List<NatsSubscription> Take()
    {
        lock (_lock)
        {
            List<NatsSubscription> taken = [.. _subscriptions];
            _subscriptions.Clear();
            return taken;
        }
    }
}
