using System.Globalization;
using Gateway.EndToEnd.Tests.Support;

namespace Gateway.EndToEnd.Tests.Deployment;

/// <summary><c>--health</c>, as a container's health check calls it.</summary>
public sealed class HealthCommandTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Health_of_a_node_with_the_same_settings_is_found(bool isTls)
    {
        using var deadline = Deadline.Start();
        await using var node = await GatewayProcess.StartAsync(deadline.Token, isTls ? ["--tls"] : []);
        var settings = new Dictionary<string, string>
        {
            ["Gateway__Port"] = node.Address.Port.ToString(CultureInfo.InvariantCulture),
            ["Gateway__Address"] = "*",
            ["Gateway__Tls__SelfSigned"] = isTls ? "true" : "false",
        };

        var (alive, said, errors) = await ServerCommand.RunAsync(["--health"], settings, deadline.Token);
        var (ready, _, _) = await ServerCommand.RunAsync(["--health", "ready"], settings, deadline.Token);

        Assert.True(alive == 0, errors);
        Assert.Contains("200 {\"status\":\"live\"", said, StringComparison.Ordinal);
        Assert.Equal(0, ready);

        await node.KillAsync();
        var (dead, _, sentence) = await ServerCommand.RunAsync(["--health"], settings, deadline.Token);
        Assert.Equal(1, dead);
        Assert.Contains("does not answer", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_of_a_node_whose_NATS_is_away_is_1_and_it_is_alive()
    {
        using var deadline = Deadline.Start();
        await using var node = await GatewayProcess.StartAsync(deadline.Token, "--Gateway:Nats:Url=nats://127.0.0.1:1", "--Gateway:Nats:ReadinessGrace=00:00:00");

        var (ready, said, _) = await ServerCommand.RunAsync(["--health", new Uri(node.Address, "/health/ready").ToString()], new Dictionary<string, string>(), deadline.Token);
        var (alive, _, _) = await ServerCommand.RunAsync(["--health", new Uri(node.Address, "/health/live").ToString()], new Dictionary<string, string>(), deadline.Token);

        Assert.Equal(1, ready);
        Assert.StartsWith("503 ", said, StringComparison.Ordinal);
        Assert.Equal(0, alive);
    }

    [Theory]
    [InlineData("--health=well", "takes 'live', 'ready' or a URL")]
    [InlineData("--port=0", "give the whole URL")]
    public async Task Question_that_cannot_be_asked_is_refused_with_a_sentence(string argument, string sentence)
    {
        using var deadline = Deadline.Start();

        var (code, _, errors) = await ServerCommand.RunAsync(argument.StartsWith("--health", StringComparison.Ordinal) ? [argument] : ["--health", argument], new Dictionary<string, string>(), deadline.Token);

        Assert.Equal(2, code);
        Assert.Contains(sentence, errors, StringComparison.Ordinal);
    }
}
