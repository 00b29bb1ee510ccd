using System.Collections.Concurrent;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Rooms.Histories;

/// <summary>How many groups are with the history at once.</summary>
public sealed class WriteSlotsTests
{
    private const int Slots = 2;

    [Fact]
    public async Task Beyond_the_slots_messages_wait_and_go_together()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var histories = new ConcurrentBag<GatedHistory>();
        using var rig = Rig(histories, () => gate.Task, static _ => false);
        var rooms = Rooms(20);
        var publishes = await PublishAsync(rig, rooms, 1);
        Assert.All(histories, static history => Assert.Equal(Slots, history.UnderWay));
        publishes.AddRange(await PublishAsync(rig, rooms, 5));
        gate.SetResult();
        Assert.All(await Task.WhenAll(publishes), static result => Assert.Equal(PublishStatus.Accepted, result.Status));

        // One group for each shard, and a second one for those that had a slot at first.
        Assert.Equal(rooms.Length + (HistoryRig.LaneCount * Slots), histories.Sum(static history => history.GroupCount));
        Assert.All(histories, static history => Assert.Equal(Slots, history.MaxUnderWay));
        Assert.Empty(rig.Faults);
    }

    [Fact]
    public async Task A_store_that_is_silent_for_some_shards_does_not_hold_up_the_others()
    {
        var rooms = Rooms(20);
        var stuck = rooms[..12].Select(static room => RoomSet.ShardOf(room)).ToHashSet();
        using var rig = Rig([], static () => Task.CompletedTask, stuck.Contains);
        await PublishAsync(rig, rooms[..12], 1);
        var others = await PublishAsync(rig, rooms[12..], 3);
        var all = Task.WhenAll(others);
        for (var i = 0; i < 12 && !all.IsCompleted; i++)
        {
            rig.Time.Advance(250);
            await rig.TurnAsync();
        }

        Assert.All(await all, static result => Assert.Equal(PublishStatus.Accepted, result.Status));
        Assert.Empty(rig.Faults);
    }

    [Fact]
    public async Task When_nobody_waits_any_more_the_bound_is_what_it_was()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var histories = new ConcurrentBag<GatedHistory>();
        using var rig = Rig(histories, () => gate.Task, static _ => false);
        var rooms = Rooms(20);
        var publishes = await PublishAsync(rig, rooms, 1);
        rig.Time.Advance(300);
        await rig.TurnAsync();
        await rig.TurnAsync();
        Assert.All(histories, static history => Assert.InRange(history.UnderWay, Slots + 1, 9));

        gate.SetResult();
        await Task.WhenAll(publishes);
        rig.Time.Advance(300);
        await rig.TurnAsync();
        gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        publishes = await PublishAsync(rig, rooms, 1);
        Assert.All(histories, static history => Assert.Equal(Slots, history.UnderWay));
        gate.SetResult();
        Assert.All(await Task.WhenAll(publishes), static result => Assert.Equal(PublishStatus.Accepted, result.Status));
        Assert.Empty(rig.Faults);
    }

    private static HistoryRig Rig(ConcurrentBag<GatedHistory> histories, Func<Task> gate, Func<int, bool> isStuck)
    {
        var options = new RoomsOptions { MaxConcurrentWrites = Slots };
        options.Kinds["chat"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone" };
        return new HistoryRig(options, (lane, rooms) =>
        {
            var history = new GatedHistory(new InMemoryHistory(lane, rooms, HistoryRig.LaneCount), gate, isStuck);
            histories.Add(history);
            return history;
        });
    }

    // Each in a shard of its own, as many on each lane.
    private static string[] Rooms(int count)
    {
        var names = Enumerable.Range(0, 10_000).Select(static i => $"chat:r{i}").DistinctBy(static room => RoomSet.ShardOf(room));
        var lanes = names.GroupBy(static room => RoomSet.ShardOf(room) % HistoryRig.LaneCount).Select(lane => lane.Take(count / HistoryRig.LaneCount).ToArray()).ToArray();
        return [.. Enumerable.Range(0, count).Select(i => lanes[i % HistoryRig.LaneCount][i / HistoryRig.LaneCount])];
    }

    // Returns when the lanes have taken all of them.
    private static async Task<List<Task<PublishResult>>> PublishAsync(HistoryRig rig, string[] rooms, int count)
    {
        var publishes = rooms.SelectMany(room => Enumerable.Range(0, count).Select(i => rig.PublishAsync(room, $"{i}"))).ToList();

        // The second turn begins after the first has flushed.
        await rig.TurnAsync();
        await rig.TurnAsync();
        return publishes;
    }
}
