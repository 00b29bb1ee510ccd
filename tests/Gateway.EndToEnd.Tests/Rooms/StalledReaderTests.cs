using Gateway.EndToEnd.Tests.Support;

namespace Gateway.EndToEnd.Tests.Rooms;

/// <summary>Members of a durable room that do not read: nobody else waits for them, the server does not hold their messages, and they miss nothing.</summary>
public sealed class StalledReaderTests(TestServers servers)
{
    private const int MemberCount = 20;
    private const int StalledCount = 5;
    private const int MessageCount = 12_000;
    private const int PayloadBytes = 1024;
    private const int SmallReceiveBuffer = 8 * 1024;

    [Fact]
    public async Task A_stalled_member_gets_everything_in_order_once_it_reads_and_the_server_does_not_grow_meanwhile()
    {
        using var deadline = Deadline.Start(180);
        await using var server = await TestServers.StartOwnAsync(
            "--Gateway:Limits:WriteTimeout=00:10:00", "--Gateway:Limits:HeartbeatInterval=00:10:00", "--Gateway:Limits:MaxQueuedBytes=65536", "--Gateway:Limits:ResumeQueuedBytes=16384",
            "--Gateway:Rooms:Kinds:chat:MaxHistoryCount=20000", "--Gateway:Rooms:Kinds:chat:MaxHistoryBytes=67108864", "--Gateway:Rooms:MaxHistoryBytes=268435456");
        using var http = ServerHttp.Create(server);
        var clients = new List<TestClient>();
        try
        {
            var logs = new List<RoomLog>();
            for (var i = 0; i < MemberCount; i++)
            {
                // Of those that stall and of those that do not, some speak JSON.
                var client = await TestClient.EnterAsync(server, json: i % 4 == 1, $"member-{i}", deadline.Token, i < StalledCount ? SmallReceiveBuffer : 0);
                clients.Add(client);
                logs.Add(await RoomLog.JoinAsync(client, "chat:busy", deadline.Token));
            }

            var publishing = await TestClient.EnterAsync(server, json: false, "publisher", deadline.Token);
            clients.Add(publishing);
            var publisher = new Publisher(publishing, "chat:busy", PayloadBytes);
            var before = server.ResidentBytes;

            var reading = logs.Skip(StalledCount).Select(log => log.ReadToAsync(MessageCount, deadline.Token)).ToArray();
            await publisher.PublishAsync(MessageCount, deadline.Token);
            Assert.All(await Task.WhenAll(reading), Assert.True);
            var grown = server.ResidentBytes - before;

            Assert.True(await Metrics.ReadAsync(http, "gateway_members_fell_behind_total", deadline.Token) >= StalledCount);
            Assert.Equal(0, await Metrics.ReadAsync(http, "gateway_messages_dropped_total", deadline.Token));

            // The history itself is 13 MB; held for each member the messages would be 260 MB.
            Assert.True(grown < 130_000_000, $"The server grew by {grown:N0} bytes.");

            var woken = await Task.WhenAll(logs.Take(StalledCount).Select(log => log.ReadToAsync(MessageCount, deadline.Token)));
            Assert.All(woken, Assert.True);
            foreach (var client in clients.SkipLast(1))
                await client.PingAsync(deadline.Token);
        }
        finally
        {
            foreach (var client in clients)
                await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_member_that_stays_stuck_is_cut_off_and_resumes_with_nothing_missing()
    {
        using var deadline = Deadline.Start(180);
        var server = await servers.TlsAsync();
        using var http = ServerHttp.Create(server);
        await using var publishing = await TestClient.EnterAsync(server, json: false, "stuck-publisher", deadline.Token);
        var publisher = new Publisher(publishing, "chat:stuck", PayloadBytes);
        await publisher.PublishAsync(1, deadline.Token);

        RoomLog log;
        await using (var stuck = await TestClient.EnterAsync(server, json: false, "stuck", deadline.Token, SmallReceiveBuffer))
        {
            log = await RoomLog.JoinAsync(stuck, "chat:stuck", deadline.Token);
            Assert.Equal(1, log.Offset);

            // Enough to fill whatever the kernel takes on its behalf; then nothing but the deadline of the write can end it.
            await publisher.PublishAsync(MessageCount, deadline.Token);
            await Metrics.WaitAsync(http, "gateway_connections_slow_consumers_total", count => count == 1, deadline.Token);
            Assert.False(await log.ReadToAsync(publisher.Acknowledged, deadline.Token));
            Assert.Equal(1006, stuck.CloseCode);
        }

        Assert.InRange(log.Offset, 1, publisher.Acknowledged - 1);
        await using var back = await TestClient.EnterAsync(server, json: true, "stuck", deadline.Token);
        var resumed = await RoomLog.JoinAsync(back, "chat:stuck", deadline.Token, log);
        await publisher.PublishAsync(10, deadline.Token);
        Assert.True(await resumed.ReadToAsync(publisher.Acknowledged, deadline.Token));
        await back.PingAsync(deadline.Token);
    }
}
