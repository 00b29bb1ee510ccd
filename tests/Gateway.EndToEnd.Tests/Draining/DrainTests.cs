using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Protocol.Frames;
using Gateway.Protocol.Tests.WebSockets.Conformance;

namespace Gateway.EndToEnd.Tests.Draining;

/// <summary>A planned stop under load: every client is told, then closed with 4100; what was published before is acknowledged and delivered; the process ends well.</summary>
public sealed class DrainTests
{
    private const int ClientCount = 8;
    private const int WindowCount = 16;

    // All clients publish at least so much before the signal, so that it comes in the middle of traffic.
    private const int WarmCount = 50;

    [Fact]
    public async Task A_drain_acknowledges_what_was_published_and_sends_everybody_away()
    {
        using var deadline = Deadline.Start();
        await using var server = await TestServers.StartOwnAsync("--Gateway:Limits:DrainGrace=00:00:02", "--Gateway:Drain:Deadline=00:00:30");
        var warm = new CountdownEvent(ClientCount);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var clients = Enumerable.Range(0, ClientCount).Select(i => PublishUntilClosedAsync(server, i, warm, told, deadline.Token)).ToArray();
        await using var idle = await TestClient.EnterAsync(server, json: true, "idle", deadline.Token);
        await Task.Run(() => warm.Wait(deadline.Token), deadline.Token);

        await server.SignalStopAsync();
        await Task.WhenAny(told.Task, Task.WhenAll(clients)).WaitAsync(deadline.Token);
        var refused = await TryUpgradeAsync(server, deadline.Token);
        Assert.StartsWith("HTTP/1.1 503 ", refused, StringComparison.Ordinal);
        Assert.Contains("\r\nRetry-After: ", refused, StringComparison.Ordinal);

        var published = await Task.WhenAll(clients);
        Assert.All(published, count => Assert.True(count >= WarmCount));
        var goaway = await idle.ReceiveAsync((int)Op.Goaway, deadline.Token);
        Assert.Equal(4100, goaway[1].GetInt32());
        Assert.Equal(4100, await idle.ReceiveCloseAsync(deadline.Token));
        Assert.Equal(0, await server.WaitForExitAsync(deadline.Token));
    }

    // Publishes into a room of which it is a member, a few ahead of the acks, until it is told to go away; then waits for what is left.
    private static async Task<int> PublishUntilClosedAsync(
        GatewayProcess server, int index, CountdownEvent warm, TaskCompletionSource told, CancellationToken cancellationToken)
    {
        await using var client = await TestClient.EnterAsync(server, json: index % 2 == 0, $"publisher-{index}", cancellationToken);
        var room = $"chat:drain-{index}";
        await client.JoinAsync(room, cancellationToken);
        int sent = 0, acknowledged = 0, delivered = 0;
        var isTold = false;
        while (true)
        {
            while (!isTold && sent - acknowledged < WindowCount)
                await client.SendAsync($"[9,{++sent},\"{room}\",\"e\",{sent}]", cancellationToken);
            if (await client.TryReceiveAsync(cancellationToken) is not { } frame)
                break;

            switch ((Op)frame[0].GetInt32())
            {
                case Op.Ack:
                    Assert.Equal((acknowledged + 1, acknowledged + 1), (frame[1].GetInt32(), frame[3].GetInt32()));
                    if (++acknowledged == WarmCount)
                        warm.Signal();
                    break;
                case Op.Message:
                    Assert.Equal((delivered + 1, delivered + 1), (frame[2].GetInt32(), frame[4].GetInt32()));
                    delivered++;
                    break;
                case Op.Goaway:
                    ExpectGoaway(frame);
                    isTold = true;
                    told.TrySetResult();
                    break;
                default:
                    Assert.Fail($"{frame} came.");
                    break;
            }
        }

        // All of it was sent before we were told, and the grace is there to acknowledge it.
        Assert.True(isTold);
        Assert.Equal(4100, client.CloseCode);
        Assert.Equal((sent, sent), (acknowledged, delivered));
        return acknowledged;
    }

    private static void ExpectGoaway(JsonElement frame)
    {
        Assert.Equal(4100, frame[1].GetInt32());
        Assert.NotEmpty(frame[2].GetString()!);
        Assert.InRange(frame[3].GetInt32(), 1, 60_000);
    }

    private static async Task<string?> TryUpgradeAsync(GatewayProcess server, CancellationToken cancellationToken)
    {
        await using var socket = await RawSocket.ConnectAsync(server, cancellationToken);
        await socket.SendAsync(HandshakeCases.Request(), cancellationToken);
        return await socket.ReadHeadAsync(cancellationToken);
    }
}
