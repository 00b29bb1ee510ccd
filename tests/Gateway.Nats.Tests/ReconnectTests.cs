using System.Globalization;
using System.Text;
using Gateway.Nats.Tests.Support;
using Gateway.Testing;

namespace Gateway.Nats.Tests;

/// <summary>What happens when a real server goes away.</summary>
public sealed class ReconnectTests
{
    [Fact]
    public async Task Restart_subscriptionsComeBack_andWhatWasPublishedMeanwhileArrivesInOrder()
    {
        await using var server = await NatsServerProcess.StartAsync(new NatsServerSettings(), Deadline.Token);
        var observer = new RecordingObserver();
        await using var connection = await ConnectAsync(observer, server.Url);
        var (handler, grouped, limited) = (new CollectingHandler(), new CollectingHandler(), new CollectingHandler());
        connection.Subscribe("a.*", handler);
        connection.Subscribe("a.*", grouped, "group");
        connection.Subscribe("a.*", limited, maxMessages: 3);
        connection.Publish("a.b", "0"u8);
        await connection.FlushAsync(Deadline.Token);

        await server.KillAsync();
        await observer.WaitForAsync(NatsStatus.Reconnecting);
        for (var i = 1; i <= 100; i++)
            Assert.Equal(NatsPublishResult.Accepted, connection.Publish("a.b", Bytes(i)));
        await observer.WaitForErrorAsync(NatsErrorCode.ConnectFailed);
        await server.RestartAsync(Deadline.Token);

        var all = Enumerable.Range(0, 101).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(all, await handler.WaitForAsync(101));
        Assert.Equal(all, await grouped.WaitForAsync(101));
        await limited.Ended.Within();
        Assert.Equal(["0", "1", "2"], limited.Payloads);
        await connection.FlushAsync(Deadline.Token);
        var statistics = connection.GetStatistics();
        Assert.Equal(1, statistics.Reconnects);
        Assert.Equal(0, statistics.PendingMessages);
        Assert.Equal(0, statistics.PendingBytes);
        Assert.Equal(2, statistics.Subscriptions);
    }

    [Fact]
    public async Task Outage_publishesAreRefusedBeyondTheBound_andTheRestArrives()
    {
        await using var server = await NatsServerProcess.StartAsync(new NatsServerSettings(), Deadline.Token);
        var observer = new RecordingObserver();
        var options = TestConnections.Options(server.Url);
        options.Observer = observer;
        options.MaxPendingBytes = 20_000;
        await using var connection = await TestConnections.ConnectAsync(options);
        var handler = new CollectingHandler();
        connection.Subscribe("a", handler);
        await connection.FlushAsync(Deadline.Token);
        await server.KillAsync();
        await observer.WaitForAsync(NatsStatus.Reconnecting);
        var accepted = new List<string>();
        for (var i = 0; i < 5_000; i++)
        {
            if (connection.Publish("a", Bytes(i)) == NatsPublishResult.Accepted)
                accepted.Add(i.ToString(CultureInfo.InvariantCulture));
        }

        Assert.InRange(accepted.Count, 1_000, 4_999);
        Assert.Equal(5_000 - accepted.Count, connection.GetStatistics().RefusedMessages);
        await server.RestartAsync(Deadline.Token);
        Assert.Equal(accepted, await handler.WaitForAsync(accepted.Count));
    }

    /// <summary>At most once: whatever is lost with the server, what arrives is in order and nothing arrives twice.</summary>
    [Fact]
    public async Task KillInMidStream_orderIsKept_andNothingArrivesTwice()
    {
        await using var server = await NatsServerProcess.StartAsync(new NatsServerSettings(), Deadline.Token);
        var observer = new RecordingObserver();
        await using var publishing = await ConnectAsync(observer, server.Url);
        await using var listening = await TestConnections.ConnectAsync(server.Url);
        var handler = new CollectingHandler();
        listening.Subscribe("a", handler);
        await listening.FlushAsync(Deadline.Token);

        using var stop = new CancellationTokenSource();
        var next = 0;
        var stream = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (publishing.Publish("a", Bytes(next)) == NatsPublishResult.Accepted)
                    next++;
                else
                    Thread.Yield();
            }
        });
        stream.Start();
        for (var round = 1; round <= 3; round++)
        {
            await handler.WaitForAsync(handler.Payloads.Length + 2_000);
            await server.RestartAsync(Deadline.Token);
            await observer.WaitForConnectsAsync(round + 1);
        }

        await handler.WaitForAsync(handler.Payloads.Length + 2_000);
        await stop.CancelAsync();
        stream.Join();
        await publishing.FlushAsync(Deadline.Token);

        // A listener that has fallen too far behind on a busy machine is cut off by the server with what waited for it. What comes after arrives.
        do
        {
            Assert.Equal(NatsPublishResult.Accepted, publishing.Publish("a", Bytes(next++)));
            await publishing.FlushAsync(Deadline.Token);
            await listening.FlushAsync(Deadline.Token);
        }
        while (int.Parse(handler.Payloads[^1], CultureInfo.InvariantCulture) != next - 1);

        var received = handler.Payloads.Select(int.Parse).ToList();
        for (var i = 1; i < received.Count; i++)
            Assert.True(received[i] > received[i - 1], $"{received[i]} came after {received[i - 1]}.");
        Assert.Equal(next, publishing.GetStatistics().PublishedMessages);
    }

    [Fact]
    public async Task Cluster_serverDies_theClientFindsAnotherThatItWasToldOf()
    {
        var cluster = await NatsServerProcess.StartClusterAsync(3, new NatsServerSettings(), Deadline.Token);
        try
        {
            var observer = new RecordingObserver();
            await using var connection = await ConnectAsync(observer, cluster[0].Url);
            await using var other = await TestConnections.ConnectAsync(cluster[1].Url);
            Assert.Equal(("n1", "test"), (connection.Server!.Name, connection.Server.Cluster));
            var handler = new CollectingHandler();
            connection.Subscribe("a", handler);
            await connection.FlushAsync(Deadline.Token);
            await cluster[0].KillAsync();
            await observer.WaitForConnectsAsync(2);
            Assert.Contains(connection.Server!.Name, (string[])["n2", "n3"]);

            // Whether the other server knows of the subscription yet only a message tells.
            await connection.FlushAsync(Deadline.Token);
            while (handler.Payloads.Length == 0)
            {
                other.Publish("a", "hello"u8);
                await other.FlushAsync(Deadline.Token);
                await connection.FlushAsync(Deadline.Token);
            }
        }
        finally
        {
            foreach (var server in cluster)
                await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Pause_ofAServer_isNoticedByUnansweredPings()
    {
        await using var frozen = await NatsServerProcess.StartAsync(new NatsServerSettings(), Deadline.Token);
        await using var spare = await NatsServerProcess.StartAsync(new NatsServerSettings(), Deadline.Token);
        var observer = new RecordingObserver();
        var options = TestConnections.Options(frozen.Url, spare.Url);
        options.Observer = observer;
        options.PingInterval = TimeSpan.FromMilliseconds(100);
        await using var connection = await TestConnections.ConnectAsync(options);
        Assert.Equal(new Uri(frozen.Url).Authority, connection.Server!.Address);
        var handler = new CollectingHandler();
        connection.Subscribe("a", handler);
        await frozen.PauseAsync();
        await observer.WaitForConnectsAsync(2);
        Assert.Equal(new Uri(spare.Url).Authority, connection.Server!.Address);
        Assert.Equal(NatsErrorCode.PingTimeout, Assert.Single(observer.Statuses(NatsStatus.Reconnecting)).Cause!.Code);
        connection.Publish("a", "after"u8);
        Assert.Equal(["after"], await handler.WaitForAsync(1));
        await frozen.ResumeAsync();
    }

    [Fact]
    public async Task Flush_connectionIsLostMeanwhile_fails()
    {
        await using var server = await NatsServerProcess.StartAsync(new NatsServerSettings(), Deadline.Token);
        await using var connection = await TestConnections.ConnectAsync(server.Url);
        await connection.FlushAsync(Deadline.Token);
        await server.PauseAsync();
        var flush = connection.FlushAsync(Deadline.Token);
        await server.KillAsync();
        var exception = await Assert.ThrowsAsync<NatsException>(() => flush);
        Assert.Equal(NatsErrorCode.ConnectionLost, exception.Error.Code);
    }

    [Fact]
    public async Task Connect_noServer_throws_andMayBeTriedAgain()
    {
        await using var server = await NatsServerProcess.StartAsync(new NatsServerSettings(), Deadline.Token);
        await server.KillAsync();
        await using var connection = new NatsConnection(TestConnections.Options(server.Url));
        var handler = new CollectingHandler();
        connection.Subscribe("a", handler);
        var exception = await Assert.ThrowsAsync<NatsException>(() => connection.ConnectAsync(Deadline.Token));
        Assert.Equal(NatsErrorCode.ConnectFailed, exception.Error.Code);
        Assert.Equal(new Uri(server.Url).Authority, exception.Error.Server);
        Assert.Equal(NatsStatus.Connecting, connection.Status);
        await server.RestartAsync(Deadline.Token);
        await connection.ConnectAsync(Deadline.Token);
        connection.Publish("a", "x"u8);
        await handler.WaitForAsync(1);
    }

    [Fact]
    public async Task Connect_withRetry_waitsForTheServer()
    {
        await using var server = await NatsServerProcess.StartAsync(new NatsServerSettings(), Deadline.Token);
        await server.KillAsync();
        var options = TestConnections.Options(server.Url);
        options.Reconnect.RetryFirstConnect = true;
        var observer = new RecordingObserver();
        options.Observer = observer;
        await using var connection = new NatsConnection(options);
        var connecting = connection.ConnectAsync(Deadline.Token);
        await observer.WaitForErrorAsync(NatsErrorCode.ConnectFailed);
        Assert.False(connecting.IsCompleted);
        await server.RestartAsync(Deadline.Token);
        await connecting;
        Assert.Equal(NatsStatus.Connected, connection.Status);
    }

    private static Task<NatsConnection> ConnectAsync(RecordingObserver observer, string url)
    {
        var options = TestConnections.Options(url);
        options.Observer = observer;
        return TestConnections.ConnectAsync(options);
    }

    private static byte[] Bytes(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
