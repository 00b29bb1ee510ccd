using Gateway.EndToEnd.Tests.Support;
using Gateway.Tests.Shared;

namespace Gateway.EndToEnd.Tests.Interop;

/// <summary>The npm packages ws and @msgpack/msgpack as clients (tests/interop/peer.mjs).</summary>
public sealed class NodePeerTests(TestServers servers)
{
    [Theory]
    [InlineData("deflate")]
    [InlineData("plain")]
    public async Task Ws_gets_its_messages_back_from_echo(string compression)
    {
        Assert.SkipWhen(TestServers.IsTls, "Node does not trust a certificate that the server has made itself.");
        using var deadline = Deadline.Start();
        await NodeInterop.RunAsync("peer.mjs", ["echo", Url(await servers.PlainAsync(), "/echo"), compression], default, deadline.Token);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("msgpack")]
    public async Task Ws_joins_publishes_and_is_answered(string encoding)
    {
        Assert.SkipWhen(TestServers.IsTls, "Node does not trust a certificate that the server has made itself.");
        using var deadline = Deadline.Start();
        var room = "chat:interop-" + Guid.NewGuid().ToString("N");
        var server = await servers.PlainAsync();
        await NodeInterop.RunAsync("peer.mjs", ["session", Url(server, "/ws"), encoding, Tokens.Of("interop"), room], default, deadline.Token);
    }

    private static string Url(GatewayProcess server, string path) => $"ws://127.0.0.1:{server.Address.Port}{path}";
}
