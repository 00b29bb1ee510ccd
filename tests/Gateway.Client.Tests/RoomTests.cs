using Gateway.Client.Tests.Fakes;

namespace Gateway.Client.Tests;

public sealed class RoomTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Joined_without_a_position_starts_where_the_gateway_says()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var joining = client.JoinAsync("chat:1", new JoinOptions { Tail = 5, Presence = true, Observer = true });
        var join = await connection.JoinAsync(3, epoch: 9, offset: 95, head: 100, recovered: false);
        Assert.Equal([5L, "chat:1", 3L, null, null, 5L], new[] { join[0], join[2], join[3], join[4], join[5], join[6] });
        var room = await joining;
        Assert.Equal(new RoomPosition(9, 95), room.Position);
        await connection.MessageAsync(3, 96);
        var message = Assert.Single(await room.TakeAsync(1));
        Assert.Equal(new RoomPosition(9, 96), message.Position);
        Assert.Null(message.GapBefore);
    }

    [Fact]
    public async Task Duplicates_are_dropped_and_transient_messages_pass()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var room = await Clients.JoinAsync(client, connection);
        foreach (var offset in new[] { 1, 2, 2, 1, 0, 3 })
            await connection.MessageAsync(1, offset, conflationKey: offset == 0 ? "k" : null);
        Assert.Equal([1, 2, 0, 3], (await room.TakeAsync(4)).Offsets());
    }

    [Fact]
    public async Task Hole_is_filled_by_joining_again_from_the_own_position()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var room = await Clients.JoinAsync(client, connection);
        await connection.MessageAsync(1, 1);
        Assert.Equal([1], (await room.TakeAsync(1)).Offsets());
        _time.Advance(TimeSpan.FromSeconds(2));
        await connection.MessageAsync(1, 3);
        var join = await connection.JoinAsync(1, epoch: 1, offset: 1, head: 3, recovered: true);
        Assert.Equal([1L, 1L], new[] { join[4], join[5] });
        await connection.MessageAsync(1, 2);
        await connection.MessageAsync(1, 3);
        var messages = await room.TakeAsync(2);
        Assert.Equal([2, 3], messages.Offsets());
        Assert.All(messages, message => Assert.Null(message.GapBefore));
    }

    [Fact]
    public async Task Hole_right_after_a_join_is_given_a_moment()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var room = await Clients.JoinAsync(client, connection);
        // A live message overtakes the history that is still to come.
        await connection.MessageAsync(1, 3);
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
        foreach (var offset in new[] { 1, 2, 3 })
            await connection.MessageAsync(1, offset);
        Assert.Equal([1, 2, 3], (await room.TakeAsync(3)).Offsets());
        _time.Advance(TimeSpan.FromSeconds(1));
        // Nothing was asked for again: the next frame is the one the test provokes.
        await connection.SettleAsync(client);
    }

    [Fact]
    public async Task Hole_that_the_gateway_never_fills_becomes_a_gap()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var room = await Clients.JoinAsync(client, connection);
        await connection.MessageAsync(1, 1);
        await room.TakeAsync(1);
        for (var i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            await connection.MessageAsync(1, 5);
            await connection.JoinAsync(1, epoch: 1, offset: 1, head: 5, recovered: true);
            await connection.SettleAsync(client);
        }

        await connection.MessageAsync(1, 6);
        var message = Assert.Single(await room.TakeAsync(1));
        Assert.Equal(6, message.Position.Offset);
        Assert.Equal(new RoomGap(new(1, 1), new(1, 5), 4, RoomGapCause.NotDelivered), message.GapBefore);
    }

    [Fact]
    public async Task Head_beyond_the_own_position_is_checked_a_moment_later()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var room = await Clients.JoinAsync(client, connection);
        await connection.SendAsync([27, 0, new object[] { new object[] { 1, 1, 2 } }]);
        await _time.PassAsync(TimeSpan.FromSeconds(1));
        await connection.JoinAsync(1, epoch: 1, offset: 0, head: 2, recovered: true);
        await connection.MessageAsync(1, 1);
        await connection.MessageAsync(1, 2);
        Assert.Equal([1, 2], (await room.TakeAsync(2)).Offsets());
    }

    [Fact]
    public async Task Heads_are_asked_for_from_time_to_time()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time, options => options.HeadCheckInterval = TimeSpan.FromSeconds(20));
        await using var _ = client;
        await Clients.JoinAsync(client, connection);
        await _time.PassAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(26, FakeConnection.Op((await connection.ReceiveAsync())!));
    }

    [Fact]
    public async Task Lost_says_which_and_the_stream_goes_on()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var room = await Clients.JoinAsync(client, connection);
        var gaps = new List<RoomGap>();
        room.Gap += (_, gap) => gaps.Add(gap);
        await connection.MessageAsync(1, 1);
        await connection.SendAsync([28, 1, 3, 2, 4]);
        await connection.SendAsync([28, 1, 7, 0, 0]);
        await connection.MessageAsync(1, 5);
        var messages = await room.TakeAsync(2);
        Assert.Equal([1, 5], messages.Offsets());
        Assert.Equal(new RoomGap(new(1, 1), new(1, 4), 10, RoomGapCause.SlowConsumer), messages[1].GapBefore);
        Assert.Equal([3, 7], gaps.Select(gap => gap.LostCount));
    }

    [Fact]
    public async Task Resume_beyond_the_history_is_a_gap()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var joining = client.JoinAsync("chat:1", new JoinOptions { From = new RoomPosition(1, 10) });
        var join = await connection.JoinAsync(1, epoch: 1, offset: 40, head: 41, recovered: false);
        Assert.Equal([1L, 10L], new[] { join[4], join[5] });
        var room = await joining;
        await connection.MessageAsync(1, 41);
        Assert.Equal(new RoomGap(new(1, 10), new(1, 40), 30, RoomGapCause.HistoryExceeded), (await room.TakeAsync(1))[0].GapBefore);
    }

    [Fact]
    public async Task New_epoch_is_a_gap_of_unknown_size()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, first) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var room = await Clients.JoinAsync(client, first, offset: 10);
        first.Cut();
        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        var second = await gateway.AcceptWelcomedAsync();
        await second.JoinAsync(1, epoch: 2, offset: 0, head: 1, recovered: false);
        await second.MessageAsync(1, 1);
        var message = Assert.Single(await room.TakeAsync(1));
        Assert.Equal(new RoomPosition(2, 1), message.Position);
        Assert.Equal(new RoomGap(new(1, 10), new(2, 0), null, RoomGapCause.NewEpoch), message.GapBefore);
    }

    [Fact]
    public async Task New_epoch_that_the_gateway_tells_by_itself_is_taken()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var room = await Clients.JoinAsync(client, connection, offset: 10);
        await connection.SendAsync([6, 0, "chat:1", 1, 2, 0, 0, false]);
        await connection.MessageAsync(1, 1);
        var message = Assert.Single(await room.TakeAsync(1));
        Assert.Equal(new RoomPosition(2, 1), message.Position);
        Assert.Equal(new RoomGap(new(1, 10), new(2, 0), null, RoomGapCause.NewEpoch), message.GapBefore);
    }

    [Fact]
    public async Task Join_refused_for_good_throws_and_for_now_is_tried_again()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var refused = client.JoinAsync("admin:monitoring");
        var join = await connection.ExpectAsync(5);
        await connection.SendAsync([30, join[1], 1006, "Not for you."]);
        var exception = await Assert.ThrowsAsync<GatewayException>(() => refused);
        Assert.Equal((GatewayFailure.Refused, 1006, false), (exception.Failure, exception.Code, exception.IsRetryable));

        var joining = client.JoinAsync("chat:1");
        join = await connection.ExpectAsync(5);
        await connection.SendAsync([30, join[1], 2004, "Moving.", 3000]);
        await _time.PassAsync(TimeSpan.FromSeconds(3));
        await connection.JoinAsync(1, 1, 0, 0, recovered: false);
        await joining.WaitAsync(FakeGateway.Patience);
    }

    [Fact]
    public async Task Left_ends_the_stream_or_joins_again_by_its_code()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var room = await Clients.JoinAsync(client, connection);
        await connection.MessageAsync(1, 1);
        await connection.SendAsync([8, 1, 2004, "Moving."]);
        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        var join = await connection.JoinAsync(2, 1, 1, 1, recovered: true);
        Assert.Equal(1L, join[5]);
        await connection.MessageAsync(2, 2);
        await connection.SendAsync([8, 2, 1006, "Out."]);
        Assert.Equal([1, 2], (await room.TakeAsync(2)).Offsets());
        Assert.Equal(1006, (await Assert.ThrowsAsync<GatewayException>(() => room.TakeAsync(1))).Code);
    }

    [Fact]
    public async Task Leave_tells_the_gateway_and_ends_the_stream()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var room = await Clients.JoinAsync(client, connection);
        var leaving = room.LeaveAsync();
        var leave = await connection.ExpectAsync(7);
        Assert.Equal("chat:1", leave[2]);
        await connection.MessageAsync(1, 1);
        await connection.SendAsync([4, leave[1], null]);
        await leaving.WaitAsync(FakeGateway.Patience);
        Assert.Empty(await room.TakeAsync(1));
        await Clients.JoinAsync(client, connection);
    }

    [Fact]
    public async Task Join_twice_is_refused_here()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        await Clients.JoinAsync(client, connection);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.JoinAsync("chat:1"));
    }

    [Fact]
    public async Task Presence_roster_and_changes_keep_the_roster()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var room = await Clients.JoinAsync(client, connection, options: new JoinOptions { Presence = true });
        var changes = System.Threading.Channels.Channel.CreateUnbounded<PresenceChange>();
        room.PresenceChanged += (_, change) => changes.Writer.TryWrite(change);
        object?[] ann = ["ann", 1, "active", null, 5], bob = ["bob", 2, null, "x", 6], cid = ["cid", 1, null, null, 7];
        await connection.SendAsync([17, 0, 1, 2, new object[] { ann, bob }, true]);
        await connection.SendAsync([18, 1, 2, new object[] { cid }, new object[] { "ann" }, new object[] { new object?[] { "bob", 2, "typing", null, 6 } }]);
        var first = await changes.Reader.ReadAsync().AsTask().WaitAsync(FakeGateway.Patience);
        Assert.Equal(["ann", "bob"], first.Roster.Members.Select(member => member.User));
        Assert.True(first.Roster.IsComplete);
        var second = await changes.Reader.ReadAsync().AsTask().WaitAsync(FakeGateway.Patience);
        Assert.Equal(["bob", "cid"], second.Roster.Members.Select(member => member.User).Order());
        Assert.Equal("typing", second.Updated[0].State);
        Assert.Equal(["ann"], second.Left);
        Assert.Equal(2, room.Roster.Count);
    }

    [Fact]
    public async Task State_is_set_again_after_a_reconnect()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, first) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        await Clients.JoinAsync(client, first);
        var setting = client.SetStateAsync("chat:1", "typing", Payload.From(7));
        var state = await first.ExpectAsync(19);
        Assert.Equal(["chat:1", "typing", 7L], state.Skip(2));
        await first.SendAsync([4, state[1], null]);
        await setting;
        first.Cut();
        await _time.PassAsync(TimeSpan.FromSeconds(0.5));
        var second = await gateway.AcceptWelcomedAsync();
        await second.JoinAsync(1, 1, 0, 0, recovered: true);
        Assert.Equal(["chat:1", "typing", 7L], (await second.ExpectAsync(19)).Skip(2));
    }

    [Fact]
    public async Task History_is_read_in_pages()
    {
        await using var gateway = await FakeGateway.StartAsync();
        var (client, connection) = await Clients.ConnectAsync(gateway, _time);
        await using var _ = client;
        var asking = client.GetHistoryAsync("chat:1", after: 3, limit: 2);
        var asked = await connection.ExpectAsync(20);
        Assert.Equal(["chat:1", 3L, 2L], asked.Skip(2));
        await connection.SendAsync([21, asked[1], 1, 9, 1, new object[] { new object?[] { 4, "e", "a", "ann", 1000 }, new object?[] { 5, "e", "b", null, 2000 } }, true]);
        var page = await asking;
        Assert.Equal([4, 5], page.Messages.Offsets());
        Assert.Equal(("ann", "a"), (page.Messages[0].Sender, page.Messages[0].Read<string>()));
        Assert.Equal((9, 1, true), (page.Head, page.First, page.HasMore));
    }
}
