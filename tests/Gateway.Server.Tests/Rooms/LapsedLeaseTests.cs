using Gateway.Server.Rooms;
using Gateway.Server.Tests.Rooms.Histories;

namespace Gateway.Server.Tests.Rooms;

/// <summary>Between the end of a lease and the moment the room is told of it.</summary>
public sealed class LapsedLeaseTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("chat:a")]
    [InlineData("live:a")]
    public async Task Publish_afterTheLeaseHasRunOut_waitsForTheNextOwner(string room)
    {
        var options = new RoomsOptions();
        options.Kinds["chat"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone" };
        options.Kinds["live"] = new RoomKindOptions { Durable = false, Join = "anyone", Publish = "anyone", Presence = "anyone" };
        var relay = new LapsedLease();
        using var rig = new HistoryRig(options, static (lane, rooms) => new InMemoryHistory(lane, rooms, HistoryRig.LaneCount), relay);
        Assert.Equal(PublishStatus.Accepted, (await rig.PublishAsync(room, "before")).Status);

        // A room that opened itself as an owner here did so for ever.
        relay.Role = RoomRole.Unplaced;
        var waiting = rig.PublishAsync(room, "between");
        await rig.TurnAsync();
        Assert.False(waiting.IsCompleted);

        relay.Role = RoomRole.Owner;
        relay.Tell();
        Assert.Equal(PublishStatus.Accepted, (await waiting.WaitAsync(Patience)).Status);
        Assert.Empty(rig.Faults);
    }

    /// <summary>Nodes that follow drop what is of a smaller epoch under the same lease: they would never hear of the room again.</summary>
    [Fact]
    public async Task Epoch_of_a_room_without_history_grows_under_one_lease_however_many_there_were()
    {
        const int EpochsPerLease = 4096;
        var options = new RoomsOptions();
        options.Kinds["live"] = new RoomKindOptions { Durable = false, Join = "anyone", Publish = "anyone", Presence = "anyone" };
        var relay = new LapsedLease { LeaseEpoch = 5 };
        using var rig = new HistoryRig(options, static (lane, rooms) => new InMemoryHistory(lane, rooms, HistoryRig.LaneCount), relay);
        var others = Enumerable.Range(0, int.MaxValue).Select(static i => $"live:{i}").Where(static name => RoomSet.ShardOf(name) == RoomSet.ShardOf("live:a"));
        foreach (var other in others.Take(EpochsPerLease - 2))
            Assert.Equal(PublishStatus.Accepted, (await rig.PublishAsync(other, "x")).Status);
        var before = await rig.PublishAsync("live:a", "before");
        Assert.Equal((5 * EpochsPerLease) + EpochsPerLease - 1, before.Epoch);

        relay.Tell();
        await rig.TurnAsync();
        var after = await rig.PublishAsync("live:a", "after");
        Assert.True(after.Epoch > before.Epoch, $"{before.Epoch}, then {after.Epoch}");
        Assert.Empty(rig.Faults);
    }
}
