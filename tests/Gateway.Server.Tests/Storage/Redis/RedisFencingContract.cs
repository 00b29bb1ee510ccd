using Gateway.Server.Cluster;
using Gateway.Server.Rooms;
using Gateway.Server.Storage.Redis;
using Gateway.Server.Tests.Rooms.Histories;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>Who may write: the holder of the shard's lease, and without leases only who knows where the room stands.</summary>
public abstract class RedisFencingContract(string configuration) : IAsyncDisposable
{
    private const string Room = "chat:a";
    private static readonly int Shard = RoomSet.ShardOf(Room);
    private readonly TestRedis _redis = new(configuration);

    [Fact]
    public async Task Append_underTheLeaseInForce_isStored()
    {
        var leases = new RedisLeases(_redis.Connection);
        var lease = await leases.AcquireAsync(Shard, "a/1", TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        using var rig = Rig(new FixedLease(lease.Epoch));
        Assert.Equal((PublishStatus.Accepted, 1L), Outcome(await rig.PublishAsync(Room, "x")));
    }

    [Fact]
    public async Task Append_underAnOlderLease_isFencedAndWritesNothing()
    {
        var leases = new RedisLeases(_redis.Connection);
        var stop = TestContext.Current.CancellationToken;
        var old = await leases.AcquireAsync(Shard, "a/1", TimeSpan.FromMinutes(1), stop);
        var relay = new FixedLease(old.Epoch);
        using var rig = Rig(relay);
        await rig.PublishAsync(Room, "1");
        await leases.ReleaseAsync("a/1", new ShardEpoch(Shard, old.Epoch), stop);
        await leases.AcquireAsync(Shard, "b/1", TimeSpan.FromMinutes(1), stop);

        Assert.Equal(PublishStatus.Unavailable, (await rig.PublishAsync(Room, "2")).Status);
        Assert.Equal([(Shard, old.Epoch)], relay.Fenced);
        using var reader = new HistoryRig(Kinds(), _redis.History);
        Assert.Single(await reader.ReadAllAsync(Room));
    }

    [Fact]
    public async Task Append_afterTheLeaseWasGivenBack_isFenced()
    {
        var leases = new RedisLeases(_redis.Connection);
        var stop = TestContext.Current.CancellationToken;
        var lease = await leases.AcquireAsync(Shard, "a/1", TimeSpan.FromMinutes(1), stop);
        await leases.ReleaseAsync("a/1", new ShardEpoch(Shard, lease.Epoch), stop);
        var relay = new FixedLease(lease.Epoch);
        using var rig = Rig(relay);
        Assert.Equal(PublishStatus.Unavailable, (await rig.PublishAsync(Room, "2")).Status);
        Assert.NotEmpty(relay.Fenced);
        using var reader = new HistoryRig(Kinds(), _redis.History);
        Assert.Empty(await reader.ReadAllAsync(Room));
    }

    [Fact]
    public async Task Two_writers_without_leases_share_one_order()
    {
        var options = Kinds();
        using var left = new HistoryRig(options, _redis.History);
        using var right = new HistoryRig(options, _redis.History);
        var members = await Task.WhenAll(left.JoinAsync(Room), right.JoinAsync(Room));
        var texts = Enumerable.Range(0, 300).ToArray();
        var results = await Task.WhenAll(texts.Select(i => (i % 2 == 0 ? left : right).PublishAsync(Room, $"m{i}")));

        Assert.All(results, static result => Assert.Equal(PublishStatus.Accepted, result.Status));
        Assert.Equal(Enumerable.Range(1, 300).Select(static i => (long)i), results.Select(static result => result.Offset).Order());
        // One that is behind shows its readers only what its members have; a write of its own brings it up to date.
        await left.PublishAsync(Room, "the end");
        var stored = await left.ReadAllAsync(Room);
        for (var i = 0; i < texts.Length; i++)
            Assert.Equal(HistoryRig.Value(System.Text.Encoding.UTF8.GetBytes($"m{i}")), stored[(int)results[i].Offset - 1].Payload);

        Assert.All(members, member => Assert.Equal(stored.Take(member.Received.Count), member.Received.Select(static message => (message.Offset, message.Payload)), Same));
        Assert.Equal(301, members.Max(static member => member.Received.Count));
        Assert.Empty(left.Faults.Concat(right.Faults));
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _redis.DisposeAsync();
    }

    private static bool Same((long Offset, byte[] Payload) left, (long Offset, byte[] Payload) right) => left.Offset == right.Offset && left.Payload.AsSpan().SequenceEqual(right.Payload);

    private static (PublishStatus Status, long Offset) Outcome(PublishResult result) => (result.Status, result.Offset);

    private static RoomsOptions Kinds()
    {
        var options = new RoomsOptions();
        options.Kinds["chat"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone" };
        return options;
    }

    private HistoryRig Rig(IRelay relay) => new(Kinds(), _redis.History, relay);
}
