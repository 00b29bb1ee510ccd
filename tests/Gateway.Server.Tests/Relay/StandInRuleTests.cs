using Gateway.Server.Cluster;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Relay.Worlds;

namespace Gateway.Server.Tests.Relay;

/// <summary>What a take-over makes of what the stand-ins were told, each in a situation made for it.</summary>
public sealed class StandInRuleTests
{
    private const int Seed = 11;

    [Theory]
    [InlineData("chat:a", false)]
    [InlineData("chat:a", true)]
    [InlineData("live:x", false)]
    [InlineData("live:x", true)]
    public void Room_of_a_dead_owner_keeps_its_kept_messages_and_its_offsets(string room, bool isFollowed)
    {
        using var world = WorldOf(room);
        var publisher = world.AddPublisher(world.Lives[0]);
        if (isFollowed)
            world.Connect(world.AddUser("ann", room), world.Lives[1]);
        world.Pass(200);
        PublishTo(world, publisher, room, count: 3);
        publisher.Publish(room, conflationKey: "progress");
        world.Pass(200);
        var before = publisher.Publishes[2].Result!.Value;
        Assert.Equal((PublishStatus.Accepted, 3), (before.Status, before.Offset));

        world.Kill(world.Lives[0]);
        world.Pass(4000);
        var bob = world.AddUser("bob", room);
        world.Connect(bob, world.Lives[2]);
        world.Pass(500);
        Assert.Equal(publisher.Publishes[3].Text, bob.Kept.GetValueOrDefault("progress"));
        Assert.Equal(3, bob.Position);

        // Without a history nobody can say that nothing more was given under the epoch.
        Assert.Equal(room == "chat:a", bob.Epoch == before.Epoch);
        if (isFollowed)
            Assert.Equal((room == "chat:a" ? 0 : 1, 0, 3L), world.Users[0] is var ann ? (ann.EpochCount, ann.LossCount, ann.Position) : default);
        Assert.Empty(world.Violations);
    }

    [Fact]
    public void History_that_lost_its_newest_while_the_owner_died_gives_no_offset_twice()
    {
        using var world = WorldOf("chat:a");
        var publisher = world.AddPublisher(world.Lives[0]);
        PublishTo(world, publisher, "chat:a", count: 5);
        world.Kill(world.Lives[0]);
        world.Store.LoseNewest("chat:a", 2);
        world.Pass(4000);
        var next = world.AddPublisher(world.Lives[1]);
        PublishTo(world, next, "chat:a", count: 1);
        var (before, after) = (publisher.Publishes[4].Result!.Value, next.Publishes[0].Result!.Value);
        Assert.Equal((PublishStatus.Accepted, 4), (after.Status, after.Offset));
        Assert.True(after.Epoch > before.Epoch, $"{after} comes after {before}");
        Assert.Empty(world.Violations);
    }

    [Theory]
    [InlineData("chat:a", false)]
    [InlineData("chat:a", true)]
    [InlineData("live:x", false)]
    [InlineData("live:x", true)]
    public void Room_that_lives_without_following_takes_what_the_last_owner_said(string room, bool isOfNewEpoch)
    {
        using var world = WorldOf(room);
        var (shard, passer, last) = (world.Shards[0], world.AddPublisher(world.Lives[0]), isOfNewEpoch ? 2 : 1);
        PublishTo(world, passer, room, count: 2);
        passer.Publish(room, conflationKey: "progress");
        world.Pass(200);
        world.Desired[shard] = 1;
        world.Pass(3000);
        if (isOfNewEpoch)
        {
            world.Kill(world.Lives[1]);
            world.Desired[shard] = 2;
            world.Pass(4000);
        }

        // The first node's room is only passed through now.
        Assert.Contains(shard, world.Lives[last].Holdings.Keys);
        PublishTo(world, passer, room, count: 2);
        var publisher = world.AddPublisher(world.Lives[last]);
        publisher.Publish(room, conflationKey: "progress");
        world.Pass(200);
        var before = passer.Publishes[^1].Result!.Value;
        Assert.Equal((PublishStatus.Accepted, 4), (before.Status, before.Offset));
        Assert.NotNull(world.Lives[0].Rooms.DirectoryOf(room).Find(room));
        world.Kill(world.Lives[last]);
        world.Desired[shard] = 0;
        world.Pass(4000);
        Assert.Contains(shard, world.Lives[0].Holdings.Keys);
        var bob = world.AddUser("bob", room);
        world.Connect(bob, world.Lives[0]);
        world.Pass(500);
        Assert.Equal(publisher.Publishes[0].Text, bob.Kept.GetValueOrDefault("progress"));
        Assert.Equal(4, bob.Position);
        Assert.Empty(world.Violations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ephemeral_room_that_is_handed_over_goes_on_as_if_nothing_had_happened(bool isFollowed)
    {
        using var world = WorldOf("live:x");
        var ann = world.AddUser("ann", "live:x");
        world.Connect(ann, world.Lives[isFollowed ? 1 : 2]);
        var publisher = world.AddPublisher(world.Lives[2]);
        world.Pass(200);
        PublishTo(world, publisher, "live:x", count: 3);
        var epoch = ann.Epoch;
        world.Desired[world.Shards[0]] = 1;
        world.Pass(3000);
        Assert.Contains(world.Shards[0], world.Lives[1].Holdings.Keys);
        PublishTo(world, publisher, "live:x", count: 2);
        Assert.Equal((epoch, 5L, 0, 0), (ann.Epoch, ann.Position, ann.EpochCount, ann.LossCount));
        Assert.Equal(5, ann.Seen.Count);
        Assert.Empty(world.Violations);
    }

    [Fact]
    public void Node_that_was_in_no_map_before_takes_an_ephemeral_room_as_it_was()
    {
        using var world = WorldOf("live:x");
        var ann = world.AddUser("ann", "live:x");
        world.Connect(ann, world.Lives[2]);
        world.Kill(world.Lives[1]);
        var publisher = world.AddPublisher(world.Lives[2]);
        world.Pass(2000);
        PublishTo(world, publisher, "live:x", count: 3);
        publisher.Publish("live:x", conflationKey: "progress");
        world.Pass(200);
        var epoch = ann.Epoch;
        world.Start(1);
        world.Desired[world.Shards[0]] = 1;
        world.Pass(3000);
        Assert.Contains(world.Shards[0], world.Lives[1].Holdings.Keys);
        PublishTo(world, publisher, "live:x", count: 2);
        var bob = world.AddUser("bob", "live:x");
        world.Connect(bob, world.Lives[1]);
        world.Pass(500);
        Assert.Equal((epoch, 5L, 0, 0), (ann.Epoch, ann.Position, ann.EpochCount, ann.LossCount));
        Assert.Equal((epoch, 5L, publisher.Publishes[3].Text), (bob.Epoch, bob.Position, bob.Kept.GetValueOrDefault("progress")));
        Assert.Empty(world.Violations);
    }

    [Fact]
    public void Ephemeral_room_of_which_a_stand_in_missed_the_end_begins_a_new_epoch()
    {
        using var world = WorldOf("live:x");
        var ann = world.AddUser("ann", "live:x");
        world.Connect(ann, world.Lives[0]);
        var publisher = world.AddPublisher(world.Lives[0]);
        world.Pass(200);
        PublishTo(world, publisher, "live:x", count: 3);
        var epoch = ann.Epoch;

        // The last two are given to the owner's own member, and nobody else hears of them.
        world.Network.DropPercent = 100;
        PublishTo(world, publisher, "live:x", count: 2);
        Assert.Equal(5, ann.Position);
        world.Kill(world.Lives[0]);
        world.Network.DropPercent = 0;
        world.Pass(4000);
        world.Connect(ann, world.Lives[1]);
        world.Pass(500);
        PublishTo(world, world.AddPublisher(world.Lives[1]), "live:x", count: 1);
        Assert.True(ann.Epoch > epoch);
        Assert.Equal(4, ann.Position);
        Assert.Empty(world.Violations);
    }

    [Fact]
    public void Node_that_thinks_the_owner_dead_for_a_moment_stays_warm()
    {
        using var world = WorldOf("live:x");
        PublishTo(world, world.AddPublisher(world.Lives[0]), "live:x", count: 3);
        var places = new ShardPlace[ILeases.ShardCount];
        Array.Fill(places, new ShardPlace(null, 0, null, null, []));
        world.Lives[1].Relay.OnMap(new ShardMap(1000, places, []));
        world.Advance(0);
        Assert.Equal(3, world.Lives[1].Relay.StandIns.Inherit(world.Shards[0], "live:x", 1, 0)?.Head);
    }

    [Fact]
    public void Former_owner_knows_a_room_that_the_next_one_never_opened()
    {
        using var world = WorldOf("live:x");
        world.RoomsOptions.IdleTimeout = TimeSpan.FromSeconds(3);
        var publisher = world.AddPublisher(world.Lives[0]);
        PublishTo(world, publisher, "live:x", count: 3);
        publisher.Publish("live:x", conflationKey: "progress");
        world.Pass(200);
        world.Desired[world.Shards[0]] = 1;
        world.Pass(6000);
        Assert.Null(world.Lives[0].Rooms.DirectoryOf("live:x").Find("live:x"));
        world.Kill(world.Lives[1]);
        world.Desired[world.Shards[0]] = 0;
        world.Pass(4000);
        var bob = world.AddUser("bob", "live:x");
        world.Connect(bob, world.Lives[0]);
        world.Pass(500);
        Assert.Equal((3L, publisher.Publishes[3].Text), (bob.Position, bob.Kept.GetValueOrDefault("progress")));
        Assert.Empty(world.Violations);
    }

    [Fact]
    public void Many_kept_messages_are_told_piece_by_piece_and_at_a_hand_over_to_the_next_owner_alone()
    {
        string[] rooms = [.. Enumerable.Range(0, 40).Select(static i => $"live:{i}")];
        using var world = new SimWorld(new Random(Seed), rooms);
        world.RoomsOptions.IdleTimeout = TimeSpan.FromMinutes(1);
        world.Network.MaxDelay = 0;
        foreach (var shard in world.Shards)
            world.Desired[shard] = 0;
        world.Pass(3000);
        var publisher = world.AddPublisher(world.Lives[0]);
        foreach (var room in rooms)
        {
            for (var key = 0; key < 3; key++)
                publisher.Publish(room, conflationKey: $"c{key}", padding: 3000);
        }

        world.Pass(3000);
        Assert.All(publisher.Publishes, static publish => Assert.True(publish.IsAccepted));
        var sent = new Dictionary<long, int>();
        world.Lives[0].Wire.Sending = (_, message) => sent[world.Events.Now] = sent.GetValueOrDefault(world.Events.Now) + message.Length;
        world.Lives[0].Wire.Restore();
        world.Pass(2000);
        var keptBytes = rooms.Length * 3 * 3000;
        Assert.InRange(sent.Values.Sum(), 2 * keptBytes, 3 * keptBytes);
        Assert.InRange(sent.Values.Max(), 1, (512 * 1024) + 20_000);
        sent.Clear();
        foreach (var shard in world.Shards)
            world.Desired[shard] = 1;
        world.Pass(3000);
        Assert.InRange(sent.Values.Sum(), keptBytes, keptBytes * 3 / 2);
        var ann = world.AddUser("ann", rooms[^1]);
        world.Connect(ann, world.Lives[1]);
        world.Pass(1000);
        Assert.Equal(3, ann.Kept.Count);
        Assert.Empty(world.Violations);
    }

    [Fact]
    public void Without_stand_ins_nobody_is_told()
    {
        using var world = new SimWorld(new Random(Seed), ["live:x"]);
        world.RelayOptions.StandIns = 0;
        world.Desired[world.Shards[0]] = 0;
        world.Pass(3000);
        var publisher = world.AddPublisher(world.Lives[0]);
        publisher.Publish("live:x", conflationKey: "c");
        world.Pass(500);
        Assert.True(publisher.Publishes[0].IsAccepted);

        // Nor does a room that followed and is forgotten leave anything.
        var ann = world.AddUser("ann", "live:x");
        world.Connect(ann, world.Lives[1]);
        world.Pass(500);
        ann.Session!.End(dropped: false);
        world.Pass(8000);
        Assert.Null(world.Lives[1].Rooms.DirectoryOf("live:x").Find("live:x"));
        Assert.All(world.Lives, life => Assert.Null(life.Relay.StandIns.Inherit(world.Shards[0], "live:x", 1, 0)));
    }

    // The first node owns the room, which is open.
    private static SimWorld WorldOf(string room)
    {
        var world = new SimWorld(new Random(Seed), [room]);
        world.Store.IsStrict = true;
        world.RoomsOptions.IdleTimeout = TimeSpan.FromMinutes(1);
        world.Network.MaxDelay = 0;
        world.Desired[world.Shards[0]] = 0;
        world.Pass(3000);
        return world;
    }

    private static void PublishTo(SimWorld world, SimPublisher publisher, string room, int count)
    {
        for (var i = 0; i < count; i++)
        {
            publisher.Publish(room);
            world.Advance(0);
            for (var waited = 0; waited < 3000 && publisher.Publishes[^1].Result is null; waited += 25)
                world.Pass(25);
            world.Pass(100);
        }
    }
}
