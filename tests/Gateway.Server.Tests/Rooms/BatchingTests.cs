using Gateway.Server.Connections;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Rooms;

public sealed class BatchingTests
{
    [Fact]
    public void Messages_of_a_kind_with_a_batching_interval_wait_for_each_other()
    {
        var options = new RoomsOptions();
        options.Kinds["chat"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone", BatchingInterval = TimeSpan.FromMilliseconds(100) };
        using var node = new SimNode(1, options, new ConnectionLimits());
        var failures = new List<string>();
        var client = new SimClient(node, "c", failures.Add);
        client.Connect(0);
        client.Join("chat:a");
        node.Settle();
        for (var i = 0; i < 3; i++)
        {
            client.Publish("chat:a", $"{i}");
            node.Time.Advance(20);
            node.Settle();
        }

        client.Read();
        Assert.Equal((3, 0), (client.AckedCount, client.ReceivedCount));
        node.Time.Advance(100);
        node.Settle();
        client.Read();
        Assert.Equal(3, client.ReceivedCount);
        Assert.Empty(failures);
        Assert.Empty(node.Faults);
    }
}
