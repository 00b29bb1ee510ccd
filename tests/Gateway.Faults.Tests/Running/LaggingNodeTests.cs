using Gateway.Faults.Tests.Nodes;
using Gateway.Faults.Tests.Oracles;
using Gateway.Faults.Tests.Proxies;
using Gateway.Faults.Tests.Workloads;

namespace Gateway.Faults.Tests.Running;

/// <summary>A node that hears nothing of the others knows less of a room than a member that comes to it from elsewhere.</summary>
public sealed class LaggingNodeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("chat")]
    [InlineData("live")]
    public async Task Member_isAheadOfTheNodeItComesTo_goesOnWhereItWas(string kind)
    {
        await using var cluster = await NodeCluster.StartAsync(2, Stop);
        var room = await FindRoomOfAsync(cluster, kind);
        var (owner, follower) = (cluster.Slots[0], cluster.Slots[1]);
        var oracle = new RoomOracle(Workload.IsDurable);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var stayer = new WireMember("stayer", [room], oracle, [follower], 0, Patience, seed: 1);
        var mover = new WireMember("mover", [room], oracle, [owner], 0, Patience, seed: 2);
        var publisher = new WirePublisher("publisher", [room], oracle, [owner], 0, Patience, Pace, seed: 3, static (_, _, _) => { });
        var running = Task.WhenAll(stayer.RunAsync(stop.Token), mover.RunAsync(stop.Token), publisher.RunAsync(stop.Token), publisher.PublishAsync(stop.Token, stop.Token));
        try
        {
            await GetAsync(stayer, 1);
            foreach (var line in follower.Nats)
                line.Hold(Directions.Both);
            var known = stayer.Arrivals[0].View.Position;
            await GetAsync(mover, known + 20);

            // Whoever connects to the owner's place now comes to the other node.
            var port = owner.Clients.Target;
            owner.Clients.Target = follower.Clients.Target;
            mover.Break();
            Assert.True(await Polling.TryUntilAsync(() => mover.Arrivals[0].Member.HasBrokenSince(1) && mover.Slot is not null, Stop));
            owner.Clients.Target = port;

            foreach (var line in follower.Nats)
                line.Mend();
            await GetAsync(mover, mover.Arrivals[0].View.Position + 20);
            await GetAsync(stayer, mover.Arrivals[0].View.Position);
            Assert.Empty(oracle.Violations);
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
    }

    private static async Task GetAsync(WireMember member, long position)
    {
        var view = member.Arrivals[0].View;
        Assert.True(await Polling.TryUntilAsync(() => view.Position >= position, Stop), $"{view.Member} stays at {view.Position} and should get to {position}.");
    }

    private static async Task<string> FindRoomOfAsync(NodeCluster cluster, string kind)
    {
        for (var i = 0; ; i++)
        {
            if (await cluster.FindOwnerAsync($"{kind}:lag{i}", Stop) == cluster.Slots[0])
                return $"{kind}:lag{i}";
        }
    }
}
