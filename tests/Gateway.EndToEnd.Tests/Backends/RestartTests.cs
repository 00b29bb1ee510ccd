using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Nats;

namespace Gateway.EndToEnd.Tests.Backends;

/// <summary>What happens to backends' messages when nats-server dies under load: who repeats with the same key has each in the room exactly once.</summary>
public sealed class RestartTests
{
    private const int PublisherCount = 8;
    private const int MessagesPerPublisher = 100;
    private const string Room = "chat:restart";

    [Fact]
    public async Task Acknowledged_messages_are_in_the_room_exactly_once()
    {
        using var deadline = Deadline.Start();
        await using var node = await BackendNode.StartAsync(deadline.Token);
        await using var member = await TestClient.EnterAsync(node.Server, json: true, "ann", deadline.Token);
        await member.JoinAsync(Room, deadline.Token);
        var acknowledged = new Dictionary<string, long>(StringComparer.Ordinal);
        var quarter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var publishers = Enumerable.Range(0, PublisherCount).Select(publisher => PublishAllAsync(node, publisher, (key, offset) =>
        {
            lock (acknowledged)
            {
                acknowledged.Add(key, offset);
                if (acknowledged.Count == PublisherCount * MessagesPerPublisher / 4)
                    quarter.SetResult();
                if (acknowledged.Count == PublisherCount * MessagesPerPublisher / 2)
                    half.SetResult();
            }
        }, deadline.Token)).ToArray();
        foreach (var moment in (TaskCompletionSource[])[quarter, half])
        {
            await moment.Task.WaitAsync(deadline.Token);
            await node.Nats.RestartAsync(deadline.Token);
        }

        await Task.WhenAll(publishers);
        var offsets = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var last = 0L; await PageAsync(node, last, deadline.Token) is { Count: > 0 } page; last = page[^1].Offset)
        {
            foreach (var (offset, key) in page)
                Assert.True(offsets.TryAdd(key, offset), $"{key} is there twice.");
        }

        Assert.Equal(PublisherCount * MessagesPerPublisher, offsets.Count);
        Assert.All(acknowledged, each => Assert.Equal(each.Value, offsets[each.Key]));

        // The member has heard each once and in order, whatever happened between backends and rooms.
        for (var offset = 1; offset <= offsets.Count; offset++)
            Assert.Equal(offset, (await member.ReceiveAsync(11, deadline.Token))[2].GetInt64());
    }

    private static async Task PublishAllAsync(BackendNode node, int publisher, Action<string, long> onAcknowledged, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MessagesPerPublisher; i++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{publisher}-{i}");
            var headers = new NatsHeaders().Add("Nats-Msg-Id", key);
            NatsReply reply;
            do
            {
                reply = await node.Backend.RequestAsync(
                    "gateway.publish.room." + Room, Encoding.UTF8.GetBytes($"\"{key}\""), TimeSpan.FromMilliseconds(500), headers, cancellationToken);
            }
            while (!reply.IsReplied);
            var answer = JsonElement.Parse(reply.Message!.Payload.Span);
            onAcknowledged(key, answer.GetProperty("offset").GetInt64());
        }
    }

    private static async Task<List<(long Offset, string Key)>> PageAsync(BackendNode node, long after, CancellationToken cancellationToken)
    {
        var page = await node.GetAsync($"/api/rooms/{Room}/history?after={after}&limit=300", cancellationToken);
        return [.. page.GetProperty("messages").EnumerateArray().Select(static each => (each.GetProperty("offset").GetInt64(), each.GetProperty("payload").GetString()!))];
    }
}
