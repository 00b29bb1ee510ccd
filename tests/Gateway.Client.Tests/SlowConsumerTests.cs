using Gateway.Client.Tests.Fakes;

namespace Gateway.Client.Tests;

public sealed class SlowConsumerTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Full_buffer_stops_the_reading_while_pings_go_on_and_nothing_is_lost()
    {
        const int count = 400;
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time, options =>
        {
            options.MaxBufferedMessages = 4;
            options.SendTimeout = TimeSpan.FromMinutes(5);
        });
        await using var _ = client;
        var room = await Clients.JoinAsync(client, connection);
        var payload = new byte[64 * 1024];
        var sent = 0;
        // 25 MB: far more than the sockets between the two can hold.
        var sending = Task.Run(async () =>
        {
            for (var offset = 1; offset <= count; offset++)
            {
                await connection.MessageAsync(1, offset, payload);
                Interlocked.Increment(ref sent);
            }
        });

        // Half an interval is the beat of a client that does not read; the full one would be that of a client that does.
        await _time.PassAsync(TimeSpan.FromSeconds(15));
        Assert.Equal(24, FakeConnection.Op((await connection.ReceiveAsync())!));
        await _time.PassAsync(TimeSpan.FromSeconds(15));
        Assert.Equal(24, FakeConnection.Op((await connection.ReceiveAsync())!));
        Assert.InRange(Volatile.Read(ref sent), 0, count - 1);
        Assert.False(sending.IsCompleted);

        var messages = await room.TakeAsync(count);
        await sending.WaitAsync(FakeGateway.Patience);
        Assert.Equal(Enumerable.Range(1, count).Select(offset => (long)offset), messages.Offsets());
        Assert.All(messages, message => Assert.Null(message.GapBefore));
        Assert.Equal(ConnectionStatus.Connected, client.Status);
    }

    [Fact]
    public async Task Publishing_from_within_the_read_loop_does_not_lock_up_and_the_room_catches_up()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time, options => options.MaxBufferedMessages = 2);
        await using var _ = client;
        var room = await Clients.JoinAsync(client, connection);
        for (var offset = 1; offset <= 8; offset++)
            await connection.MessageAsync(1, offset);

        // The answer is behind messages that nobody makes room for.
        var publishing = client.PublishAsync("chat:2", "e", Payload.Nil);
        var publish = await connection.ExpectAsync(9);
        await connection.SendAsync([10, publish[1], 1, 1, false]);
        await _time.WaitForTimerAsync(TimeSpan.FromMilliseconds(250));
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await publishing.WaitAsync(FakeGateway.Patience);

        var first = await room.TakeAsync(2);
        Assert.Equal([1, 2], first.Offsets());
        var join = await connection.JoinAsync(1, epoch: 1, offset: 2, head: 8, recovered: true);
        Assert.Equal(2L, join[5]);
        for (var offset = 3; offset <= 8; offset++)
        {
            await connection.MessageAsync(1, offset);
            var message = Assert.Single(await room.TakeAsync(1));
            Assert.Equal(offset, message.Position.Offset);
            Assert.Null(message.GapBefore);
        }
    }

    [Fact]
    public async Task Transient_messages_left_out_while_behind_are_said()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time, options => options.MaxBufferedMessages = 2);
        await using var _ = client;
        var room = await Clients.JoinAsync(client, connection);
        await connection.MessageAsync(1, 1);
        await connection.MessageAsync(1, 2);
        await connection.MessageAsync(1, 3);
        await connection.MessageAsync(1, 0, conflationKey: "k");
        var publishing = client.PublishAsync("chat:2", "e", Payload.Nil);
        var publish = await connection.ExpectAsync(9);
        await connection.SendAsync([10, publish[1], 1, 1, false]);
        await _time.PassAsync(TimeSpan.FromMilliseconds(250));
        await publishing.WaitAsync(FakeGateway.Patience);
        await room.TakeAsync(2);
        await connection.JoinAsync(1, epoch: 1, offset: 2, head: 3, recovered: true);
        await connection.MessageAsync(1, 3);
        var message = Assert.Single(await room.TakeAsync(1));
        Assert.Equal(new RoomGap(new(1, 2), new(1, 2), 1, RoomGapCause.SlowConsumer), message.GapBefore);
    }
}
