using System.Diagnostics.Metrics;
using Gateway.Server.Cluster;
using Gateway.Server.Cluster.Asking;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Cluster.Tests.Asking;

/// <summary>What one node does for all goes with its shard: begun with the lease, and ended before the rooms give it up.</summary>
public sealed class ShardPartsTests
{
    [Fact]
    public async Task OnLosing_dutysShard_isGivenUpWhenTheDutyHasEnded()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var asking = new NodeAsking(
            new NodeId("a", 1), "test", new AskingWires().Create(), TimeSpan.FromSeconds(1), new AskingMetrics(services.GetRequiredService<IMeterFactory>()), TimeProvider.System);
        var log = new Log();
        var parts = new ShardParts(log, [log], asking, TimeSpan.FromSeconds(1));
        var (own, other) = (LeaseOf(3), LeaseOf(4));
        parts.OnAcquired(own);
        parts.OnAcquired(other);
        parts.OnLosing(other);
        parts.OnLosing(own);
        Assert.Equal(["acquired 3", "begin", "acquired 4", "losing 4", "end"], log.Lines);

        log.Ended.SetResult();
        await parts.DisposeAsync();
        parts.OnLost(own);
        Assert.Equal(["losing 3", "drop", "lost 3"], log.Lines[5..]);
    }

    private static ShardLease LeaseOf(int shard) => new(shard, 1, long.MaxValue, static _ => { });

    private sealed class Log : IShardRooms, IShardDuty
    {
        public List<string> Lines { get; } = [];

        public TaskCompletionSource Ended { get; } = new();

        public int Shard => 3;

        public void Begin(ShardLease lease) => Lines.Add("begin");

        public Task EndAsync(TimeSpan limit)
        {
            Lines.Add("end");
            return Ended.Task;
        }

        public void Drop() => Lines.Add("drop");

        public void OnAcquired(ShardLease lease) => Lines.Add($"acquired {lease.Shard}");

        public void OnLosing(ShardLease lease) => Lines.Add($"losing {lease.Shard}");

        public void OnLost(ShardLease lease) => Lines.Add($"lost {lease.Shard}");

        public void OnMap(ShardMap map)
        {
        }
    }
}
