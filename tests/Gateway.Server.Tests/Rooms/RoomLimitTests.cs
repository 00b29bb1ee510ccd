using Gateway.Server.Connections;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Rooms;

public sealed class RoomLimitTests
{
    [Fact]
    public void Rooms_beyond_the_limit_are_refused_and_forgotten_ones_make_place()
    {
        var options = Options();
        options.MaxRooms = 3;
        using var node = new SimNode(1, options, new ConnectionLimits());
        var failures = new List<string>();
        var client = new SimClient(node, "c", failures.Add);
        client.Connect(0);
        foreach (var room in (string[])["chat:1", "chat:2", "chat:3", "chat:4"])
            client.Join(room);
        Settle(node, client);
        Assert.Equal(3, node.Rooms.Directories[0].Count);
        Assert.False(client.Rooms["chat:4"].IsJoined);

        foreach (var room in (string[])["chat:1", "chat:2", "chat:3"])
            client.Leave(room);
        Settle(node, client);
        node.Time.Advance(120_000);
        Settle(node, client);
        Assert.Equal(0, node.Rooms.Directories[0].Count);
        Assert.Empty(node.Faults);
        Assert.Empty(failures);
    }

    [Fact]
    public void Kept_messages_beyond_the_budget_are_delivered_but_not_kept()
    {
        var options = Options();
        options.MaxKeptBytes = 2048;
        using var node = new SimNode(1, options, new ConnectionLimits());
        var failures = new List<string>();
        var (first, late) = (new SimClient(node, "first", failures.Add), new SimClient(node, "late", failures.Add));
        first.Connect(0);
        first.Join("chat:1");
        for (var i = 0; i < 20; i++)
            first.Publish("chat:1", new string('x', 100), conflationKey: $"k{i}");
        Settle(node, first);
        late.Connect(0);
        late.Join("chat:1");
        Settle(node, late);
        Assert.Equal(20, first.KeyedCount);
        Assert.InRange(late.KeyedCount, 1, 8);
        Assert.Empty(node.Faults);
        Assert.Empty(failures);
    }

    private static RoomsOptions Options()
    {
        var options = new RoomsOptions();
        options.Kinds["chat"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone" };
        return options;
    }

    private static void Settle(SimNode node, SimClient client)
    {
        for (var i = 0; i < 20; i++)
        {
            node.Time.Advance(20);
            node.Settle();
            client.Read();
        }
    }
}
