using System.Globalization;
using System.Text;
using Gateway.EndToEnd.Tests.Deployment;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Tests.Shared;

namespace Gateway.EndToEnd.Tests.Page;

/// <summary>What the page shows of the nodes, in a real browser: tests/page/cluster.e2e.mjs.</summary>
public sealed class ClusterInChromiumTests
{
    // For a person who wants to look at what was seen.
    private static readonly string[] Pictures = Environment.GetEnvironmentVariable("GATEWAY_TEST_PICTURES") is { Length: > 0 } folder ? [folder] : [];

    [Fact]
    public async Task Page_of_a_cluster_shows_the_nodes_and_the_death_of_one()
    {
        using var deadline = Deadline.Start(240);
        await using var cluster = await ClusterOfNodes.StartAsync(3, deadline.Token);

        var steps = await NodeInterop.RunAsync(
            "../page/cluster.e2e.mjs",
            [cluster.Nodes[0].Address.ToString(), cluster.Nodes[1].ProcessId.ToString(CultureInfo.InvariantCulture), "gateway2", .. Pictures],
            default,
            deadline.Token);

        Assert.EndsWith("ok\n", Encoding.UTF8.GetString(steps), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_of_a_node_alone_says_so()
    {
        using var deadline = Deadline.Start(240);
        await using var gateway = await GatewayProcess.StartAsync(deadline.Token, "--Gateway:Name=solo");

        var steps = await NodeInterop.RunAsync("../page/cluster.e2e.mjs", [gateway.Address.ToString(), "-", "-", .. Pictures], default, deadline.Token);

        Assert.StartsWith("alone: This node, solo, is alone", Encoding.UTF8.GetString(steps), StringComparison.Ordinal);
    }
}
