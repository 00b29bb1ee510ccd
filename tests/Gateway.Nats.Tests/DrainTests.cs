using System.Globalization;
using System.Text;
using Gateway.Nats.Tests.Support;
using Gateway.Testing;

namespace Gateway.Nats.Tests;

/// <summary>Leaving in good order: by the client's wish, or because the server shuts down.</summary>
public sealed class DrainTests(SharedNatsServer server)
{
    [Fact]
    public async Task Drain_sendsAndDeliversEverything_thenCloses()
    {
        var observer = new RecordingObserver();
        var options = TestConnections.Options(server.Url);
        options.Observer = observer;
        await using var draining = await TestConnections.ConnectAsync(options);
        await using var other = await TestConnections.ConnectAsync(server.Url);
        var subject = TestConnections.NewSubject();
        var (own, others) = (new CollectingHandler(), new CollectingHandler());
        draining.Subscribe(subject, own);
        other.Subscribe(subject, others);
        await other.FlushAsync(Deadline.Token);
        for (var i = 0; i < 5_000; i++)
            draining.Publish(subject, Bytes(i));
        await draining.DrainAsync(Deadline.Token);
        var all = Enumerable.Range(0, 5_000).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(all, own.Payloads);
        Assert.Equal(all, await others.WaitForAsync(5_000));
        await own.Ended.Within();
        Assert.Equal(NatsStatus.Closed, draining.Status);
        Assert.Equal(NatsPublishResult.Closed, draining.Publish(subject, default));
        Assert.Equal(0, draining.GetStatistics().UnconfirmedMessages);
        Assert.Throws<NatsException>(() => { draining.Subscribe(subject); });
        await Assert.ThrowsAsync<NatsException>(() => draining.ConnectAsync(Deadline.Token));
        await Assert.ThrowsAsync<NatsException>(() => draining.FlushAsync(Deadline.Token));
        Assert.Single(observer.Statuses(NatsStatus.Draining));
        Assert.Single(observer.Statuses(NatsStatus.Closed));
    }

    [Fact]
    public async Task Drain_withoutAServer_endsAtItsLimit_andSaysSo()
    {
        await using var own = await NatsServerProcess.StartAsync(new NatsServerSettings(), Deadline.Token);
        var options = TestConnections.Options(own.Url);
        options.DrainTimeout = TimeSpan.FromMilliseconds(200);
        var observer = new RecordingObserver();
        options.Observer = observer;
        await using var connection = await TestConnections.ConnectAsync(options);
        await own.KillAsync();
        await observer.WaitForAsync(NatsStatus.Reconnecting);
        connection.Publish("a", "x"u8);
        var exception = await Assert.ThrowsAsync<NatsException>(() => connection.DrainAsync(Deadline.Token));
        Assert.Equal(NatsErrorCode.DrainTimeout, exception.Error.Code);
        Assert.Equal(NatsStatus.Closed, connection.Status);
        Assert.Equal(1, connection.GetStatistics().UnconfirmedMessages);
    }

    [Fact]
    public async Task LameDuck_theClientMoves_andNothingPublishedIsLostOrDoubled()
    {
        var cluster = await NatsServerProcess.StartClusterAsync(3, new NatsServerSettings(), Deadline.Token);
        try
        {
            var observer = new RecordingObserver();
            var options = TestConnections.Options(cluster[0].Url);
            options.Observer = observer;
            await using var moving = await TestConnections.ConnectAsync(options);
            await using var listening = await TestConnections.ConnectAsync(cluster[1].Url);
            var handler = new CollectingHandler();
            listening.Subscribe("a", handler);
            var own = new CollectingHandler();
            moving.Subscribe("own", own);

            // From here on the first server knows that somebody on the second listens.
            await using (var probe = listening.Subscribe("probe"))
            {
                await listening.FlushAsync(Deadline.Token);
                while (probe.PendingCount == 0)
                {
                    moving.Publish("probe", default);
                    await moving.FlushAsync(Deadline.Token);
                    await listening.FlushAsync(Deadline.Token);
                }
            }

            using var stop = new CancellationTokenSource();
            var published = 0;
            var stream = new Thread(() =>
            {
                while (!stop.IsCancellationRequested)
                {
                    if (moving.Publish("a", Bytes(published)) == NatsPublishResult.Accepted && ++published % 64 == 0)
                        moving.FlushAsync().Wait();
                }
            });
            stream.Start();
            await handler.WaitForAsync(1_000);
            await cluster[0].EnterLameDuckAsync();
            await observer.WaitForNoticeAsync("lame duck");
            await observer.WaitForConnectsAsync(2);
            await handler.WaitForAsync(handler.Payloads.Length + 1_000);
            await stop.CancelAsync();
            stream.Join();
            await moving.FlushAsync(Deadline.Token);

            await handler.WaitForAsync(published);
            var numbers = handler.Payloads.Select(int.Parse).ToArray();
            Assert.Equal(Enumerable.Range(0, published), numbers.Order());

            // What went through the new server may overtake what is still on its way from the old one to the listener's; each way keeps its order.
            var overtaking = numbers.Zip(numbers.Skip(1)).FirstOrDefault(static pair => pair.Second != pair.First + 1).Second;
            Assert.Equal(numbers.Where(number => number < overtaking).Order(), numbers.Where(number => number < overtaking));
            Assert.Equal(numbers.Where(number => number >= overtaking).Order(), numbers.Where(number => number >= overtaking));
            Assert.NotEqual("n1", moving.Server!.Name);
            Assert.Equal(NatsErrorCode.LameDuck, Assert.Single(observer.Statuses(NatsStatus.Reconnecting)).Cause!.Code);
            Assert.Equal(0, moving.GetStatistics().UnconfirmedMessages);
            moving.Publish("own", "x"u8);
            Assert.Equal(["x"], await own.WaitForAsync(1));
        }
        finally
        {
            foreach (var each in cluster)
                await each.DisposeAsync();
        }
    }

    private static byte[] Bytes(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
