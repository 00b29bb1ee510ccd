using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Nats;

namespace Gateway.EndToEnd.Tests.Cluster;

/// <summary>What backends and users are told when a node or NATS is gone.</summary>
public sealed class LossTests
{
    // Where the node stands that takes publishes for all: Backends/Publishing/PublishDoor.
    private const int PublishShard = 0;

    [Fact]
    public async Task Publishes_keep_their_order_and_acknowledgements_tell_the_truth_while_the_node_that_takes_them_dies()
    {
        using var deadline = Deadline.Start();
        await using var cluster = await ThreeNodes.StartAsync(deadline.Token);
        var taker = await cluster.OwnerAsync(PublishShard, deadline.Token);
        var acknowledged = new List<int>();
        var attempts = 0;

        // Numbers that grow, many under way at a time, until a thousand have been acknowledged after the death.
        for (var after = 0; after < 1000;)
        {
            if (attempts == 300)
                await taker.KillAsync();
            var batch = await Task.WhenAll(Enumerable.Range(attempts + 1, 50).Select(async n => (n, IsStored: await IsStoredAsync(cluster.Backend, n, deadline.Token))));
            attempts += batch.Length;
            var stored = batch.Where(static each => each.IsStored).Select(static each => each.n).ToList();
            acknowledged.AddRange(stored);
            after += attempts > 300 ? stored.Count : 0;
        }

        var survivor = cluster.Nodes.First(node => node != taker);
        var numbers = await NumbersAsync(survivor, deadline.Token);
        Assert.Equal(numbers.Order(), numbers);
        Assert.Equal(numbers.Distinct(), numbers);
        Assert.Empty(acknowledged.Except(numbers));
    }

    [Fact]
    public async Task Message_to_a_user_is_unavailable_and_reaches_nobody_while_nats_is_away()
    {
        using var deadline = Deadline.Start();
        await using var cluster = await ThreeNodes.StartAsync(deadline.Token);
        await using var sender = await TestClient.EnterAsync(cluster.Nodes[0], json: true, "sender", deadline.Token);
        await using var receiver = await TestClient.EnterAsync(cluster.Nodes[0], json: true, "receiver", deadline.Token);
        await using var other = await TestClient.EnterAsync(cluster.Nodes[1], json: true, "receiver", deadline.Token);
        Assert.Equal(2, await SendAsync(sender, 1, deadline.Token));
        await receiver.ReceiveAsync(13, deadline.Token);
        await other.ReceiveAsync(13, deadline.Token);

        await cluster.Nats.KillAsync();
        var answer = 0;
        var reached = 0;
        using var time = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var id = 2; answer != -2000; id++)
        {
            // The moment at which the node notices is its own: until then the connection beside the sender's is reached.
            answer = await SendAsync(sender, id, deadline.Token);
            reached += answer > 0 ? 1 : 0;
            await time.WaitForNextTickAsync(deadline.Token);
        }

        for (var i = 0; i < reached; i++)
            await receiver.ReceiveAsync(13, deadline.Token);
        await receiver.PingAsync(deadline.Token);

        await cluster.Nats.RestartAsync(deadline.Token);
        for (var id = 1000; answer != 2; id++)
        {
            answer = await SendAsync(sender, id, deadline.Token);
            await time.WaitForNextTickAsync(deadline.Token);
        }
    }

    // The number of connections, or the code of the error below zero.
    private static async Task<int> SendAsync(TestClient sender, int id, CancellationToken cancellationToken)
    {
        await sender.SendAsync($"""[12,{id},"receiver","poke",{id}]""", cancellationToken);
        while (await sender.TryReceiveAsync(cancellationToken) is { } frame)
        {
            if (frame[1].GetInt32() == id)
                return frame[0].GetInt32() == 4 ? frame[2].GetInt32() : -frame[2].GetInt32();
        }

        throw new InvalidOperationException($"The sender was closed with {sender.CloseCode}.");
    }

    private static async Task<bool> IsStoredAsync(NatsConnection backend, int number, CancellationToken cancellationToken)
    {
        var payload = Encoding.ASCII.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var reply = await backend.RequestAsync("gateway.publish.room.chat:survives", payload, TimeSpan.FromSeconds(2), cancellationToken: cancellationToken);
        return reply.Status == NatsRequestStatus.Replied && JsonElement.Parse(reply.Message!.Payload.Span).TryGetProperty("offset", out _);
    }

    private static async Task<List<int>> NumbersAsync(GatewayProcess node, CancellationToken cancellationToken)
    {
        using var http = ThreeNodes.AsBackend(node);
        var numbers = new List<int>();
        using var time = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (long after = 0; ;)
        {
            using var response = await http.GetAsync($"/api/rooms/chat:survives/history?limit=1000&after={after}", cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                await time.WaitForNextTickAsync(cancellationToken);
                continue;
            }

            var page = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            foreach (var message in page.GetProperty("messages").EnumerateArray())
            {
                numbers.Add(message.GetProperty("payload").GetInt32());
                after = message.GetProperty("offset").GetInt64();
            }

            if (!page.GetProperty("more").GetBoolean())
                return numbers;
        }
    }
}
