using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Nats;

namespace Gateway.EndToEnd.Tests.Cluster;

/// <summary>What reaches over all nodes beside rooms: users, calls of backends, limits, tickets, revocations, jobs; and the order of what backends publish.</summary>
public sealed class ReachTests(SharedCluster shared) : IClassFixture<SharedCluster>
{
    private const int Ok = 4;
    private const int Message = 11;
    private const int Direct = 13;

    private ThreeNodes Cluster => shared.Cluster;

    private IReadOnlyList<GatewayProcess> Nodes => shared.Cluster.Nodes;

    [Fact]
    public async Task Message_to_a_user_reaches_each_connection_on_every_node_once_and_in_order()
    {
        const int Count = 50;
        using var deadline = Deadline.Start();
        await using var sender = await TestClient.EnterAsync(Nodes[1], json: true, "sender", deadline.Token);
        var receivers = new List<TestClient>();
        try
        {
            foreach (var node in (GatewayProcess[])[.. Nodes, Nodes[2]])
                receivers.Add(await TestClient.EnterAsync(node, json: true, "everywhere", deadline.Token));

            await sender.SendAsync(string.Join('\n', Enumerable.Range(1, Count).Select(static n => $"""[12,{n},"everywhere","poke",{n}]""")), deadline.Token);
            for (var n = 1; n <= Count; n++)
                Assert.Equal((n, 4), await sender.ReceiveAsync(Ok, deadline.Token) is var ok ? (ok[1].GetInt32(), ok[2].GetInt32()) : default);
            foreach (var receiver in receivers)
            {
                for (var n = 1; n <= Count; n++)
                    Assert.Equal(n, (await receiver.ReceiveAsync(Direct, deadline.Token))[3].GetInt32());
                await receiver.PingAsync(deadline.Token);
            }
        }
        finally
        {
            foreach (var receiver in receivers)
                await receiver.DisposeAsync();
        }
    }

    [Fact]
    public async Task Message_to_a_user_who_is_nowhere_is_told_so()
    {
        using var deadline = Deadline.Start();
        await using var sender = await TestClient.EnterAsync(Nodes[0], json: true, "lonely", deadline.Token);
        await sender.SendAsync("""[12,1,"nobody","poke",1]""", deadline.Token);
        Assert.Equal(1015, (await sender.ReceiveAsync(30, deadline.Token))[2].GetInt32());
        Assert.Equal(1015, (await Cluster.AskAsync("gateway.publish.user.nobody", "1", deadline.Token)).GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Backends_reach_a_user_through_any_node_over_both_transports()
    {
        using var deadline = Deadline.Start();
        await using var receiver = await TestClient.EnterAsync(Nodes[2], json: true, "reached", deadline.Token);
        for (var i = 0; i < Nodes.Count; i++)
        {
            using var http = ThreeNodes.AsBackend(Nodes[i]);
            using var answer = await http.PostAsJsonAsync("/api/users/reached/messages", i, deadline.Token);
            Assert.Equal(1, JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(deadline.Token)).GetProperty("connections").GetInt32());
            Assert.Equal(i, (await receiver.ReceiveAsync(Direct, deadline.Token))[3].GetInt32());
        }

        Assert.Equal(1, (await Cluster.AskAsync("gateway.publish.user.reached", "9", deadline.Token)).GetProperty("connections").GetInt32());
        Assert.Equal(9, (await receiver.ReceiveAsync(Direct, deadline.Token))[3].GetInt32());
    }

    [Theory]
    [InlineData("chat:calls-1")]
    [InlineData("chat:calls-2")]
    [InlineData("chat:calls-3")]
    public async Task Calls_about_a_room_are_answered_alike_by_every_node(string room)
    {
        using var deadline = Deadline.Start();
        await using var first = await TestClient.EnterAsync(Nodes[0], json: true, "ann", deadline.Token);
        await using var second = await TestClient.EnterAsync(Nodes[1], json: true, "bob", deadline.Token);
        foreach (var member in (TestClient[])[first, second])
            await member.JoinAsync(room, deadline.Token);

        for (var n = 1; n <= 30; n++)
        {
            // What was acknowledged is there for who asks next, whichever node he asks: also one that has nobody in the room.
            await Cluster.AskAsync("gateway.publish.room." + room, n.ToString(System.Globalization.CultureInfo.InvariantCulture), deadline.Token);
            using var http = ThreeNodes.AsBackend(Nodes[n % 3]);
            var history = JsonElement.Parse(await http.GetByteArrayAsync($"/api/rooms/{room}/history?after={n - 1}", deadline.Token));
            Assert.Equal(n, Assert.Single(history.GetProperty("messages").EnumerateArray()).GetProperty("payload").GetInt32());
            Assert.Equal(n, history.GetProperty("head").GetInt32());
        }

        foreach (var node in Nodes)
        {
            using var http = ThreeNodes.AsBackend(node);
            var names = await UntilAsync(
                async () => JsonElement.Parse(await http.GetByteArrayAsync($"/api/rooms/{room}/presence", deadline.Token)),
                static presence => presence.GetProperty("count").GetInt32() == 2, deadline.Token);
            Assert.Equal(["ann", "bob"], names.GetProperty("members").EnumerateArray().Select(static each => each.GetProperty("user").GetString()).Order());
            var info = JsonElement.Parse(await http.GetByteArrayAsync($"/api/rooms/{room}", deadline.Token));
            Assert.Equal((2, 30), (info.GetProperty("members").GetInt32(), info.GetProperty("head").GetInt32()));
        }
    }

    [Fact]
    public async Task Nodes_are_listed_by_any_node()
    {
        using var deadline = Deadline.Start();
        var answers = new List<JsonElement> { await Cluster.AskAsync("gateway.api.nodes", "", deadline.Token) };
        foreach (var node in Nodes)
        {
            using var http = ThreeNodes.AsBackend(node);
            answers.Add(JsonElement.Parse(await http.GetByteArrayAsync("/api/nodes", deadline.Token)));
        }

        foreach (var answer in answers)
        {
            Assert.True(answer.GetProperty("complete").GetBoolean());
            Assert.Equal(["a", "b", "c"], answer.GetProperty("nodes").EnumerateArray().Select(static each => each.GetProperty("node").GetString()));
        }
    }

    [Theory]
    [InlineData("nats")]
    [InlineData("http")]
    [InlineData("admin")]
    public async Task Disconnected_user_loses_all_connections_and_the_caller_is_told_how_many(string way)
    {
        using var deadline = Deadline.Start();
        var user = "leaver-" + way;
        var clients = await Task.WhenAll(Nodes.Select(node => TestClient.EnterAsync(node, json: true, user, deadline.Token)));
        var answer = way switch
        {
            "nats" => await Cluster.AskAsync("gateway.api.disconnect.user." + user, "", deadline.Token),
            "http" => await SendAsync(ThreeNodes.AsBackend(Nodes[0]), HttpMethod.Post, $"/api/users/{user}/disconnect", HttpStatusCode.OK, deadline.Token),
            _ => await SendAsync(ThreeNodes.As(Nodes[0], "root", "admin"), HttpMethod.Delete, $"/users/{user}/connections", HttpStatusCode.Accepted, deadline.Token),
        };
        Assert.Equal(3, answer.GetProperty("connections").GetInt32());
        foreach (var client in clients)
        {
            Assert.Equal(4002, await client.ReceiveCloseAsync(deadline.Token));
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Disconnected_connection_is_found_on_whichever_node_it_is()
    {
        using var deadline = Deadline.Start();
        await using var stays = await TestClient.EnterAsync(Nodes[0], json: true, "pair", deadline.Token);
        await using var goes = await TestClient.ConnectAsync(Nodes[1], json: true, deadline.Token);
        await goes.SendAsync($"""[1,1,"{Tokens.Of("pair")}"]""", deadline.Token);
        var id = (await goes.ReceiveAsync(2, deadline.Token))[2].GetString();
        var answer = await SendAsync(ThreeNodes.AsBackend(Nodes[2]), HttpMethod.Post, $"/api/connections/{id}/disconnect", HttpStatusCode.OK, deadline.Token);
        Assert.Equal(1, answer.GetProperty("connections").GetInt32());
        Assert.Equal(4002, await goes.ReceiveCloseAsync(deadline.Token));
        await stays.PingAsync(deadline.Token);
    }

    [Fact]
    public async Task Changed_limit_is_in_force_on_all_nodes_unless_it_is_meant_for_one()
    {
        using var deadline = Deadline.Start();
        var everywhere = await PatchAsync(Nodes[0], "/admin/limits", """{"MaxPendingRequests": 77}""", deadline.Token);
        Assert.True(everywhere.GetProperty("complete").GetBoolean());
        Assert.Equal(["a", "b", "c"], everywhere.GetProperty("nodes").EnumerateArray().Where(static each => each.GetProperty("taken").GetBoolean()).Select(static each => each.GetProperty("node").GetString()));
        Assert.Equal("77, 77, 77", await LimitsAsync("MaxPendingRequests", deadline.Token));

        await PatchAsync(Nodes[1], "/admin/limits?scope=node", """{"MaxPendingRequests": 78}""", deadline.Token);
        Assert.Equal("77, 78, 77", await LimitsAsync("MaxPendingRequests", deadline.Token));
    }

    [Fact]
    public async Task Ticket_of_one_node_admits_once_on_another()
    {
        using var deadline = Deadline.Start();
        var issued = await SendAsync(ThreeNodes.As(Nodes[0], "traveller"), HttpMethod.Post, "/tickets", HttpStatusCode.Created, deadline.Token);
        var hello = $"""[1,1,null,"{issued.GetProperty("ticket").GetString()}"]""";
        await using var admitted = await TestClient.ConnectAsync(Nodes[1], json: true, deadline.Token);
        await admitted.SendAsync(hello, deadline.Token);
        Assert.Equal("traveller", (await admitted.ReceiveAsync(2, deadline.Token))[3].GetString());

        await using var late = await TestClient.ConnectAsync(Nodes[2], json: true, deadline.Token);
        await late.SendAsync(hello, deadline.Token);
        Assert.Equal(1004, (await late.ReceiveAsync(30, deadline.Token))[2].GetInt32());
        Assert.Equal(4000, await late.ReceiveCloseAsync(deadline.Token));
    }

    [Fact]
    public async Task Revoked_user_is_closed_on_all_nodes()
    {
        using var deadline = Deadline.Start();
        var clients = await Task.WhenAll(Nodes.Select(node => TestClient.EnterAsync(node, json: true, "revoked", deadline.Token)));
        using var http = ThreeNodes.As(Nodes[0], "root", "admin");
        using var answer = await http.DeleteAsync("/users/revoked/connections?revoke=true", deadline.Token);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        foreach (var client in clients)
        {
            // An error with the reason may come first.
            while (await client.TryReceiveAsync(deadline.Token) is { } frame)
                Assert.NotEqual(Message, frame[0].GetInt32());
            Assert.Equal(4000, client.CloseCode);
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Job_is_seen_by_members_on_other_nodes_until_it_is_complete()
    {
        using var deadline = Deadline.Start();
        var video = await MakeVideoAsync(deadline.Token);
        using var http = ThreeNodes.As(Nodes[0], "maker");
        using var announced = await http.PostAsJsonAsync("/upload", new { filename = "a.mp4", size = video.Length }, deadline.Token);
        var id = JsonElement.Parse(await announced.Content.ReadAsByteArrayAsync(deadline.Token)).GetProperty("id").GetString();
        await using var watcher = await TestClient.ConnectAsync(Nodes[1], json: true, deadline.Token);
        await watcher.SendAsync($"""[1,1,"{Tokens.Of("root", "admin")}"]""", deadline.Token);
        await watcher.ReceiveAsync(2, deadline.Token);
        await watcher.JoinAsync("job:" + id, deadline.Token);
        await using var maker = await TestClient.EnterAsync(Nodes[2], json: true, "maker", deadline.Token);
        await maker.JoinAsync("user:maker", deadline.Token);

        using var bytes = new ByteArrayContent(video);
        bytes.Headers.ContentType = new("application/offset+octet-stream");
        bytes.Headers.Add("Upload-Offset", "0");
        using var uploaded = await http.PatchAsync("/upload/" + id, bytes, deadline.Token);
        Assert.Equal(HttpStatusCode.Created, uploaded.StatusCode);
        foreach (var member in (TestClient[])[watcher, maker])
        {
            var events = new List<string>();
            while (!events.Contains("job:complete"))
            {
                var frame = await member.ReceiveAsync(Message, deadline.Token);
                Assert.Equal(id, frame[4].GetProperty("jobId").GetString());
                events.Add(frame[3].GetString()!);
                Assert.DoesNotContain("job:error", events);
            }

            Assert.Contains("job:progress", events);
        }
    }

    [Fact]
    public async Task Publishes_of_one_backend_connection_keep_their_order_and_none_is_there_twice()
    {
        const int Count = 1000;
        using var deadline = Deadline.Start();
        var members = await Task.WhenAll(Nodes.Select(node => TestClient.EnterAsync(node, json: true, "reader", deadline.Token)));
        foreach (var member in members)
            await member.JoinAsync("chat:numbered", deadline.Token);

        // All at once, on one connection: nothing but the gateway keeps them in order.
        var replies = await Task.WhenAll(Enumerable.Range(1, Count).Select(n => Cluster.Backend.RequestAsync("gateway.publish.room.chat:numbered", BytesOf(n), cancellationToken: deadline.Token)));
        Assert.Equal(
            Enumerable.Range(1, Count), replies.Select(static reply => reply.Status == NatsRequestStatus.Replied ? JsonElement.Parse(reply.Message!.Payload.Span).GetProperty("offset").GetInt32() : 0));
        foreach (var member in members)
        {
            for (var n = 1; n <= Count; n++)
                Assert.Equal(n, (await member.ReceiveAsync(Message, deadline.Token))[4].GetInt32());
            await member.DisposeAsync();
        }
    }

    private static byte[] BytesOf(int number) => Encoding.ASCII.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static async Task<byte[]> MakeVideoAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("gateway-video-");
        try
        {
            var file = Path.Combine(folder.FullName, "a.mp4");
            using var ffmpeg = Process.Start("ffmpeg", $"-nostdin -v error -f lavfi -i testsrc2=size=160x120:rate=25:duration=2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p {file}");
            await ffmpeg.WaitForExitAsync(cancellationToken);
            return await File.ReadAllBytesAsync(file, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<JsonElement> SendAsync(HttpClient http, HttpMethod method, string path, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        using (http)
        {
            using var request = new HttpRequestMessage(method, path);
            using var response = await http.SendAsync(request, cancellationToken);
            Assert.Equal(expected, response.StatusCode);
            return JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
    }

    private static async Task<JsonElement> PatchAsync(GatewayProcess node, string path, string json, CancellationToken cancellationToken)
    {
        using var http = ThreeNodes.As(node, "root", "admin");
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await http.PatchAsync(path, body, cancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    private async Task<string> LimitsAsync(string name, CancellationToken cancellationToken) => string.Join(", ", await Task.WhenAll(Nodes.Select(async node =>
    {
        using var http = ThreeNodes.As(node, "root", "admin");
        return JsonElement.Parse(await http.GetByteArrayAsync("/admin/limits", cancellationToken)).GetProperty("limits").GetProperty(name).GetProperty("value").GetInt32();
    })));

    private static async Task<JsonElement> UntilAsync(Func<Task<JsonElement>> ask, Func<JsonElement, bool> isWanted, CancellationToken cancellationToken)
    {
        using var time = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var answer = await ask();
            if (isWanted(answer))
                return answer;
            await time.WaitForNextTickAsync(cancellationToken);
        }
    }
}
