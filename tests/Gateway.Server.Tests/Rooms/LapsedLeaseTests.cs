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
}
