using Gateway.Client;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Faults.Tests.Nodes;
using Gateway.Faults.Tests.Oracles;
using Gateway.Faults.Tests.Workloads;

namespace Gateway.Faults.Tests.Running;

/// <summary>A deploy: each node in turn is told to end (SIGTERM) and started again, while publishers publish and members listen.</summary>
public sealed class RollingRestartTests(ITestOutputHelper output)
{
    private const int Nodes = 3;
    private const string Room = "chat:deploy";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RollingRestart_underLoad_losesNothingAndBringsEverybodyBack()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var oracle = new RoomOracle(Workload.IsDurable, violation => output.WriteLine(violation.ToString()));
        await using var cluster = await NodeCluster.StartAsync(Nodes, Stop);
        await using var workload = new Workload(oracle, cluster.Slots, seed);
        Assert.True(await workload.StartAsync(Stop));

        // Whoever has no token any more comes back with tickets alone.
        var asked = 0;
        var options = new GatewayClientOptions
        {
            TokenProvider = _ => ++asked == 1 ? new(Tokens.Of("tokenless", TimeSpan.FromDays(1))) : throw new InvalidOperationException("The token is gone."),
            ConfigureWebSocket = static socket => socket.Proxy = null,
        };
        options.Endpoints.Add(cluster.Slots[0].ClientUrl);
        await using var tokenless = new GatewayClient(options);
        await tokenless.ConnectAsync(Stop);
        var last = await tokenless.PublishValueAsync(Room, "e", "before", cancellationToken: Stop);

        foreach (var slot in cluster.Slots)
        {
            var others = cluster.Slots.Where(other => other != slot).ToArray();
            var before = await AppointedAsync(others);
            await slot.DrainAsync(Stop);
            Assert.Equal(0, slot.Process.ExitCode);
            Assert.True(await workload.SettleAsync(Stop), "Somebody has not come back.");

            // At least the client over the SDK that was at home here has come to another node with its ticket.
            Assert.True(await AppointedAsync(others) > before, $"Nobody of {slot.Name} came with a ticket.");
            var receipt = await tokenless.PublishValueAsync(Room, "e", slot.Name, cancellationToken: Stop).WaitAsync(Polling.Patience, Stop);
            Assert.Equal(last.Position with { Offset = last.Position.Offset + 1 }, receipt.Position);
            last = receipt;
            await slot.StartAsync(keepName: true, Stop);
            Assert.True(await cluster.IsWholeAsync(Stop), "The node did not come back.");
        }

        Assert.Equal(1, asked);
        await workload.EndAsync(Stop);
        output.WriteLine($"{oracle.AcknowledgedCount} acknowledged, {oracle.DeliveredCount} delivered");
        Assert.Empty(oracle.Violations);
    }

    private static async Task<double> AppointedAsync(IEnumerable<NodeSlot> slots)
    {
        var sum = 0.0;
        foreach (var slot in slots)
        {
            using var http = new HttpClient { BaseAddress = slot.Url };
            sum += await Metrics.ReadAsync(http, "gateway_connections_appointed_total", Stop);
        }

        return sum;
    }
}
