using System.Text;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Rooms.Histories;

/// <summary>What every <see cref="IHistory"/> promises, seen through the rooms that use it.</summary>
public abstract class HistoryContract
{
    private protected abstract Func<Lane, RoomsOptions, IHistory> History { get; }

    [Fact]
    public async Task Messages_come_back_in_order_byte_for_byte()
    {
        using var rig = Rig();
        for (var i = 1; i <= 20; i++)
        {
            var result = await rig.PublishAsync("chat:a", $"m{i}");
            Assert.Equal((PublishStatus.Accepted, i), (result.Status, result.Offset));
            rig.Time.Advance(1);
        }

        var page = await rig.ReadAsync("chat:a");
        Assert.Equal((20, 1), (page!.Head, page.First));
        for (var i = 1; i <= 20; i++)
        {
            using var expected = new Expected(HistoryRig.Value(Encoding.UTF8.GetBytes($"m{i}")), 1_800_000_000_000 + i - 1);
            Assert.Equal(expected.Message.EntryBody.ToArray(), page.Messages[i - 1].EntryBody.ToArray());
            Assert.Equal((i, expected.Message.Time), (page.Messages[i - 1].Offset, page.Messages[i - 1].Time));
        }

        page.Release();
    }

    [Fact]
    public async Task Read_stops_at_its_bounds_and_gives_at_least_one()
    {
        using var rig = Rig();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => rig.PublishAsync("chat:a", new byte[1000])));
        Assert.Equal([3L, 4, 5], await Offsets(rig, 2, 3, int.MaxValue));
        Assert.Equal([3L], await Offsets(rig, 2, 100, 1));
        Assert.InRange((await Offsets(rig, 0, 100, 5000)).Count, 2, 6);
        Assert.Empty(await Offsets(rig, 50, 100, 5000));
        Assert.Equal(50, (await Offsets(rig, 0, 1000, int.MaxValue)).Count);
    }

    [Fact]
    public async Task More_than_the_count_of_the_kind_drops_the_oldest()
    {
        using var rig = Rig(new RoomKindOptions { MaxHistoryCount = 30 });
        for (var i = 0; i < 100; i++)
            await rig.PublishAsync("chat:a", $"m{i}");
        var page = await rig.ReadAsync("chat:a");
        Assert.Equal((100, 71), (page!.Head, page.First));
        Assert.Equal(Enumerable.Range(71, 30).Select(static i => (long)i), page.Messages.Select(static message => message.Offset));
        page.Release();
    }

    [Fact]
    public async Task More_than_the_bytes_of_the_kind_drops_the_oldest()
    {
        using var rig = Rig(new RoomKindOptions { MaxHistoryBytes = 40_000 });
        for (var i = 0; i < 200; i++)
            await rig.PublishAsync("chat:a", new byte[1000]);
        var page = await rig.ReadAsync("chat:a");
        Assert.Equal(200, page!.Head);
        Assert.InRange(page.Messages.Sum(static message => message.Payload.Length), 1, 40_000);
        Assert.Equal(200, page.Messages[^1].Offset);
        Assert.Equal(page.First, page.Messages[0].Offset);
        page.Release();
    }

    [Fact]
    public async Task One_message_larger_than_the_bytes_of_the_kind_is_kept()
    {
        using var rig = Rig(new RoomKindOptions { MaxHistoryBytes = 1024 });
        await rig.PublishAsync("chat:a", "small");
        await rig.PublishAsync("chat:a", new byte[200_000]);
        Assert.Equal([2L], await Offsets(rig, 0, 10, int.MaxValue));
    }

    [Fact]
    public async Task What_has_aged_out_is_not_offered_and_the_head_stays()
    {
        using var rig = Rig(new RoomKindOptions { MaxHistoryAge = TimeSpan.FromSeconds(10) });
        for (var i = 0; i < 10; i++)
        {
            await rig.PublishAsync("chat:a", $"m{i}");
            rig.Time.Advance(2000);
        }

        // Published at 0, 2 … 18; it is 20: what is younger than 10.
        Assert.Equal([6L, 7, 8, 9, 10], await Offsets(rig, 0, 100, int.MaxValue));
        rig.Time.Advance(60_000);
        var page = await rig.ReadAsync("chat:a");
        Assert.Equal((10, 11, 0), (page!.Head, page.First, page.Messages.Count));
        Assert.Equal(11, (await rig.PublishAsync("chat:a", "next")).Offset);
        Assert.Equal([11L], await Offsets(rig, 0, 100, int.MaxValue));
    }

    [Fact]
    public async Task A_key_within_its_window_is_answered_with_the_first_offset()
    {
        using var rig = Rig(new RoomKindOptions { IdempotencyWindow = TimeSpan.FromSeconds(60) });
        await rig.PublishAsync("chat:a", "0");
        var first = await rig.PublishAsync("chat:a", "1", "k");
        var second = await rig.PublishAsync("chat:a", "2", "k");
        var elsewhere = await rig.PublishAsync("chat:b", "3", "k");
        Assert.Equal((PublishStatus.Accepted, 2L), (first.Status, first.Offset));
        Assert.Equal((PublishStatus.Duplicate, 2L, first.Epoch), (second.Status, second.Offset, second.Epoch));
        Assert.Equal((PublishStatus.Accepted, 1L), (elsewhere.Status, elsewhere.Offset));
        rig.Time.Advance(60_001);
        var late = await rig.PublishAsync("chat:a", "4", "k");
        Assert.Equal((PublishStatus.Accepted, 3L), (late.Status, late.Offset));
    }

    [Fact]
    public async Task The_same_key_twice_in_one_group_is_stored_once()
    {
        using var rig = Rig();
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => rig.PublishAsync("chat:a", $"m{i}", $"k{i % 10}")));
        Assert.Equal(10, results.Count(static result => result.Status == PublishStatus.Accepted));
        Assert.Equal(190, results.Count(static result => result.Status == PublishStatus.Duplicate));
        Assert.All(Enumerable.Range(0, 10), i => Assert.Single(results.Where((_, at) => at % 10 == i).Select(static result => result.Offset).Distinct()));
        Assert.Equal(10, (await rig.ReadAllAsync("chat:a")).Count);
    }

    [Fact]
    public async Task As_many_keys_as_configured_are_remembered_at_least()
    {
        var options = Options(new RoomKindOptions());
        options.MaxIdempotencyKeys = 100;
        using var rig = new HistoryRig(options, History);
        for (var i = 0; i < 350; i++)
            await rig.PublishAsync("chat:a", "x", $"k{i}");
        for (var i = 349; i >= 250; i--)
            Assert.Equal(PublishStatus.Duplicate, (await rig.PublishAsync("chat:a", "x", $"k{i}")).Status);
        Assert.Equal(PublishStatus.Accepted, (await rig.PublishAsync("chat:a", "x", "k0")).Status);
    }

    [Fact]
    public async Task A_room_that_was_forgotten_by_the_node_goes_on_under_its_epoch()
    {
        using var rig = Rig();
        var first = await rig.PublishAsync("chat:a", "1");
        rig.Time.Advance(60_000);
        await rig.TurnAsync();
        rig.Time.Advance(120_000);
        await rig.TurnAsync();
        Assert.Equal(0, rig.Rooms.Directories.ToArray().Sum(static directory => directory.Count));
        var second = await rig.PublishAsync("chat:a", "2");
        Assert.Equal((first.Epoch, 2L), (second.Epoch, second.Offset));
    }

    [Fact]
    public async Task Many_rooms_at_once_each_have_their_own_order()
    {
        using var rig = Rig();
        var rooms = Enumerable.Range(0, 16).Select(static i => $"chat:r{i}").ToArray();
        var members = await Task.WhenAll(rooms.Select(rig.JoinAsync));
        var results = await Task.WhenAll(rooms.Select(room => Task.WhenAll(Enumerable.Range(0, 200).Select(i => rig.PublishAsync(room, $"{room} {i}")))));
        for (var r = 0; r < rooms.Length; r++)
        {
            Assert.Equal(Enumerable.Range(1, 200).Select(static i => (long)i), results[r].Select(static result => result.Offset).Order());
            var stored = await rig.ReadAllAsync(rooms[r]);
            Assert.Equal(Enumerable.Range(1, 200).Select(static i => (long)i), stored.Select(static message => message.Offset));
            Assert.Equal(stored, members[r].Received.Select(static message => (message.Offset, message.Payload)), SamePayload);
        }

        Assert.Empty(rig.Faults);
    }

    [Fact]
    public async Task Large_groups_are_stored_whole_and_in_order()
    {
        using var rig = Rig(new RoomKindOptions { MaxHistoryCount = 10_000, MaxHistoryBytes = 100_000_000 });
        var results = await Task.WhenAll(Enumerable.Range(0, 4000).Select(i => rig.PublishAsync("chat:a", $"m{i}")));
        Assert.All(results, static result => Assert.Equal(PublishStatus.Accepted, result.Status));
        var stored = await rig.ReadAllAsync("chat:a");
        Assert.Equal(Enumerable.Range(0, 4000).Select(static i => ((long)i + 1, HistoryRig.Value(Encoding.UTF8.GetBytes($"m{i}")))), stored, SamePayload);
    }

    [Fact]
    public async Task Payloads_of_all_bytes_and_sizes_come_back()
    {
        using var rig = Rig(new RoomKindOptions { MaxHistoryBytes = 10_000_000 });
        byte[][] payloads = [[], [0], [.. Enumerable.Range(0, 256).Select(static i => (byte)i)], Encoding.UTF8.GetBytes("\r\n$5\r\n*3\r\n"), new byte[256 * 1024]];
        foreach (var payload in payloads)
            await rig.PublishAsync("chat:a%7B@=+/-~", payload);
        Assert.Equal(payloads.Select(static (payload, i) => (i + 1L, HistoryRig.Value(payload))), await rig.ReadAllAsync("chat:a%7B@=+/-~"), SamePayload);
    }

    [Fact]
    public async Task An_empty_room_has_a_head_of_nothing()
    {
        using var rig = Rig();
        var page = await rig.ReadAsync("chat:none");
        Assert.Equal((0, 1, 0), (page!.Head, page.First, page.Messages.Count));
        Assert.NotEqual(0, page.Epoch);
    }

    private protected static RoomsOptions Options(RoomKindOptions kind)
    {
        var options = new RoomsOptions();
        kind.Join = kind.Publish = kind.Presence = "anyone";
        options.Kinds["chat"] = kind;
        return options;
    }

    private protected static bool SamePayload((long Offset, byte[] Payload) left, (long Offset, byte[] Payload) right) =>
        left.Offset == right.Offset && left.Payload.AsSpan().SequenceEqual(right.Payload);

    private protected HistoryRig Rig(RoomKindOptions? kind = null) => new(Options(kind ?? new RoomKindOptions()), History);

    private static async Task<List<long>> Offsets(HistoryRig rig, long after, int maxCount, int maxBytes)
    {
        var page = await rig.ReadAsync("chat:a", after, maxCount, maxBytes);
        var offsets = page!.Messages.Select(static message => message.Offset).ToList();
        page.Release();
        return offsets;
    }

    private sealed class Expected(byte[] payload, long time) : IDisposable
    {
        public RoomMessage Message { get; } = RoomMessage.Create("e", payload, "ada", null, time);

        public void Dispose() => Message.Release();
    }
}
