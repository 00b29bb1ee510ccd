using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;

namespace Gateway.EndToEnd.Tests.Deployment;

/// <summary>The nginx.conf of compose.yaml in a real nginx, with real nodes behind it.</summary>
public sealed class NginxTests
{
    // Twice nginx's own limit for bodies, and more than any buffer.
    private const int UploadBytes = 2 * 1024 * 1024;

    private const int MaxPerAddress = 3;

    [Fact]
    public async Task Configuration_is_right()
    {
        NginxProcess.SkipWithout();
        using var deadline = Deadline.Start();
        await using var node = await GatewayProcess.StartAsync(deadline.Token);

        var (code, said) = await NginxProcess.CheckAsync([node, node, node], deadline.Token);

        Assert.True(code == 0, said);
        Assert.DoesNotContain("[warn]", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Three_nodes_behind_it_are_one_gateway_and_one_may_die()
    {
        NginxProcess.SkipWithout();
        using var deadline = Deadline.Start(300);
        await using var cluster = await ClusterOfNodes.StartAsync(
            3, deadline.Token, "--Gateway:Connections:TrustedProxies:0=127.0.0.1", $"--Gateway:Limits:MaxConnectionsPerAddress={MaxPerAddress}");
        await using var nginx = await NginxProcess.StartAsync(cluster.Nodes, deadline.Token);

        await SignInEverywhereAsync(cluster, deadline.Token);
        await UploadAsync(nginx, deadline.Token);
        await CountsClientsNotTheProxyAsync(nginx, deadline.Token);
        await SurvivesANodeAsync(cluster, nginx, deadline.Token);
    }

    /// <summary>Who registered at one node signs in at the others, and a token of one is good at all.</summary>
    private static async Task SignInEverywhereAsync(ClusterOfNodes cluster, CancellationToken cancellationToken)
    {
        var token = "";
        foreach (var (number, node) in cluster.Nodes.Index())
        {
            using var http = new HttpClient { BaseAddress = node.Address };
            using var answer = await http.PostAsJsonAsync(
                number == 0 ? "/auth/register" : "/auth/login",
                number == 0 ? (object)new { username = "ann", email = "ann@example.com", password = "correct horse battery" } : new { username = "ann", password = "correct horse battery" },
                cancellationToken);
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            Assert.True(answer.IsSuccessStatusCode, body);
            token = number == 0 ? JsonElement.Parse(body).GetProperty("accessToken").GetString()! : token;
            using var me = new HttpRequestMessage(HttpMethod.Get, "/auth/me") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
            using var known = await http.SendAsync(me, cancellationToken);
            Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        }
    }

    private static async Task UploadAsync(NginxProcess nginx, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(ProxiedClient.HandlerFrom(IPAddress.Parse("127.0.0.40"))) { BaseAddress = nginx.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.Of("uploader"));
        var bytes = new byte[UploadBytes];
        "\0\0\0\u0018ftypisom"u8.CopyTo(bytes);
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("video/mp4");

        using var answer = await http.PostAsync(new Uri("/upload?filename=clip.mp4", UriKind.Relative), content, cancellationToken);

        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(cancellationToken));

        // The next request of the same person reaches the node that has it.
        var jobs = await http.GetFromJsonAsync<JsonElement>(new Uri("/jobs", UriKind.Relative), cancellationToken);
        Assert.Equal(UploadBytes, jobs.GetProperty("jobs")[0].GetProperty("inputBytes").GetInt64());
    }

    /// <summary>A limit per address is one per client, though all of them come from the proxy's address.</summary>
    private static async Task CountsClientsNotTheProxyAsync(NginxProcess nginx, CancellationToken cancellationToken)
    {
        var source = IPAddress.Parse("127.0.0.50");
        var clients = new List<ProxiedClient>();
        try
        {
            for (var i = 0; i < MaxPerAddress; i++)
                clients.Add(await ProxiedClient.ConnectAsync(nginx.Address, source, "ann", cancellationToken));
            var refusal = await Assert.ThrowsAsync<WebSocketException>(() => ProxiedClient.ConnectAsync(nginx.Address, source, "ann", cancellationToken));
            Assert.Contains("429", refusal.Message, StringComparison.Ordinal);
            for (var other = 51; other < 56; other++)
                clients.Add(await ProxiedClient.ConnectAsync(nginx.Address, IPAddress.Parse($"127.0.0.{other}"), "ann", cancellationToken));
        }
        finally
        {
            foreach (var client in clients)
                await client.DisposeAsync();
        }
    }

    private static async Task SurvivesANodeAsync(ClusterOfNodes cluster, NginxProcess nginx, CancellationToken cancellationToken)
    {
        var clients = new Dictionary<IPAddress, ProxiedClient>();
        try
        {
            foreach (var source in Enumerable.Range(2, 20).Select(static last => IPAddress.Parse($"127.0.0.{last}")))
                clients[source] = await ProxiedClient.ConnectAsync(nginx.Address, source, "ann", cancellationToken);
            Assert.Equal(["gateway1", "gateway2", "gateway3"], clients.Values.Select(static client => client.Node).Distinct().Order());

            await cluster.Nodes[1].KillAsync();

            foreach (var (source, client) in clients)
            {
                if (client.Node != "gateway2")
                {
                    await client.PingAsync(cancellationToken);
                    continue;
                }

                await client.WaitForEndAsync(cancellationToken);
                await using var again = await ProxiedClient.ConnectAsync(nginx.Address, source, "ann", cancellationToken);
                Assert.NotEqual("gateway2", again.Node);
                await again.PingAsync(cancellationToken);
            }
        }
        finally
        {
            foreach (var client in clients.Values)
                await client.DisposeAsync();
        }
    }
}
