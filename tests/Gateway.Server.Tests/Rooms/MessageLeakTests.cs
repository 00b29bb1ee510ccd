using Gateway.Server.Connections;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Rooms;

/// <summary>Every pooled message and buffer comes back: from members that stall, drop and leave, and from a history that has aged out.</summary>
[Collection(nameof(AloneCollection))]
public sealed class MessageLeakTests
{
    // A lane keeps some empty reply buffers for the next turn; a leak of one buffer a message would be hundreds.
    private const int KeptBufferCount = 128;

    [Theory]
    [InlineData("chat:a")]
    [InlineData("live:a")]
    public void Messages_and_buffers_come_back_when_members_have_gone_and_the_history_has_aged(string room)
    {
        var (messages, buffers) = (RoomMessage.RentedCount, WireBuffer.RentedCount);
        var options = new RoomsOptions();
        options.Kinds["chat"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone" };
        options.Kinds["live"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone", Durable = false };
        var limits = new ConnectionLimits { MaxQueuedBytes = 16 * 1024, ResumeQueuedBytes = 4 * 1024, WriteTimeout = TimeSpan.FromMinutes(50) };
        using var node = new SimNode(2, options, limits);
        var failures = new List<string>();
        var clients = Enumerable.Range(0, 4).Select(i => new SimClient(node, $"c{i}", failures.Add)).ToArray();
        for (var i = 0; i < clients.Length; i++)
        {
            clients[i].Connect(i % 2);
            clients[i].Join(room);
        }

        clients[1].SetWindow(0);
        clients[2].SetWindow(700);
        for (var i = 0; i < 500; i++)
        {
            clients[0].Publish(room, new string('x', 200), conflationKey: i % 5 == 0 ? $"key{i % 3}" : null);
            node.Settle();
        }

        Assert.True(RoomMessage.RentedCount > messages, "Nothing was held, so nothing could leak.");
        clients[2].SetWindow(int.MaxValue);
        node.Settle();
        foreach (var client in clients)
            client.Disconnect();
        node.Settle();

        // Past the age of the history and the time in which an idle room is forgotten.
        for (var i = 0; i < 4; i++)
        {
            node.Time.Advance((long)TimeSpan.FromHours(25).TotalMilliseconds);
            node.Settle();
        }

        Assert.Empty(node.Faults);
        Assert.Empty(failures);
        Assert.Equal(messages, RoomMessage.RentedCount);
        Assert.InRange(WireBuffer.RentedCount - buffers, 0, KeptBufferCount);
    }
}
