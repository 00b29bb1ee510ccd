using Gateway.Server.Connections;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Rooms;

/// <summary>
/// Randomised schedules of joins, publishes, leaves, breaks, stalled readers and resumes over a whole node, with an oracle: each member sees every message of a room
/// exactly once and in order, or is told of a gap. To replay a failure, put the printed seed into the tests that derive from this.
/// </summary>
public abstract class RoomOracle(ITestOutputHelper output)
{
    private static readonly string[] DurableRooms = ["chat:a", "chat:b", "chat:c"];
    private static readonly string[] EphemeralRooms = ["live:x", "live:y"];

    private protected void Run(int seed, Func<RoomsOptions, Func<Lane, HeldHistory>>? history, int steps = 3000)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var historyCount = random.Next(3) == 0 ? 20 : 10_000;
        var options = Options(historyCount);
        var limits = new ConnectionLimits { MaxQueuedBytes = 16 * 1024, ResumeQueuedBytes = 4 * 1024, WriteTimeout = TimeSpan.FromMinutes(50) };
        var failures = new List<string>();
        using var node = new SimNode(random.Next(1, 4), options, limits, history: history?.Invoke(options));
        var clients = Enumerable.Range(0, 8).Select(i => new SimClient(node, $"c{i}", failures.Add)).ToArray();
        for (var step = 0; step < steps && failures.Count == 0; step++)
            Step(node, clients, random, step);

        // Everybody wakes up, comes back and reads to the end.
        foreach (var client in clients)
        {
            if (!client.IsConnected)
                client.Connect(random.Next(node.Lanes.Count));
            client.SetWindow(int.MaxValue);
        }

        for (var i = 0; i < 50; i++)
            ReadAll(node, clients);

        Assert.Empty(node.Faults.Select(static fault => fault.ToString()));
        Assert.Empty(failures);
        CheckAgainstAcks(clients, mayLose: historyCount == 20);
        Assert.True(clients.Sum(static c => c.ReceivedCount) > steps / 6, "The schedule delivered next to nothing.");
        foreach (var client in clients.Where(static c => c.IsConnected))
            client.Disconnect();
        node.Settle();
        Assert.Equal(0, node.ConnectionLanes.Sum(static lane => lane.Connections.Count));
    }

    private static RoomsOptions Options(int historyCount)
    {
        var options = new RoomsOptions();
        options.Kinds["chat"] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone", MaxHistoryCount = historyCount, MaxHistoryBytes = 64 * 1024 * 1024 };
        options.Kinds["live"] = new RoomKindOptions { Durable = false, Join = "anyone", Publish = "anyone", Presence = "anyone" };
        return options;
    }

    private static void Step(SimNode node, SimClient[] clients, Random random, int step)
    {
        var client = clients[random.Next(clients.Length)];
        var rooms = random.Next(3) == 0 ? EphemeralRooms : DurableRooms;
        var room = rooms[random.Next(rooms.Length)];
        switch (random.Next(100))
        {
            case < 45:
                client.Publish(room, $"{step}:{new string('x', random.Next(300))}", idempotencyKey: random.Next(4) == 0 ? $"k{step}" : null);
                break;
            case < 50:
                client.Publish(room, $"t{step}", conflationKey: $"key{random.Next(3)}");
                break;
            case < 60:
                client.Join(room);
                break;
            case < 63:
                client.Leave(room);
                break;
            case < 68:
                if (client.IsConnected)
                    client.Disconnect();
                break;
            case < 76:
                if (!client.IsConnected)
                    client.Connect(random.Next(node.Lanes.Count));
                break;
            case < 79:
                client.SetWindow(0);
                break;
            case < 82:
                client.SetWindow(random.Next(1, 3000));
                break;
            case < 86:
                client.SetWindow(int.MaxValue);
                break;
            case < 88:
                node.Answer();
                break;
            case < 90:
                node.Time.Advance(random.Next(200));
                break;
            default:
                node.Lanes[random.Next(node.Lanes.Count)].Turn();
                break;
        }

        foreach (var each in clients)
            each.Read();
    }

    private static void ReadAll(SimNode node, SimClient[] clients)
    {
        node.Time.Advance(20);
        node.Settle();
        foreach (var client in clients)
            client.Read();
    }

    // One order for all: whatever two members or a publisher say about an offset is the same; and whoever is in a durable room at the end has its newest message.
    private static void CheckAgainstAcks(SimClient[] clients, bool mayLose)
    {
        var truth = new Dictionary<(string, long, long), string>();
        foreach (var (room, epoch, offset, text) in clients.SelectMany(static c => c.Acked))
        {
            Assert.True(truth.TryAdd((room, epoch, offset), text) || truth[(room, epoch, offset)] == text, $"{room} {epoch}/{offset} was given twice.");
        }

        foreach (var room in clients.SelectMany(static c => c.Rooms.Values))
        {
            foreach (var ((epoch, offset), text) in room.Seen)
            {
                if (truth.TryGetValue((room.Name, epoch, offset), out var acked))
                    Assert.Equal(acked, text);
                else
                    truth[(room.Name, epoch, offset)] = text; // Its publisher broke off before the ack came.
            }
        }

        var heads = truth.Keys.Where(static key => DurableRooms.Contains(key.Item1)).GroupBy(static key => (key.Item1, key.Item2))
            .ToDictionary(static group => group.Key, static group => group.Max(static key => key.Item3));
        foreach (var room in clients.SelectMany(static c => c.Rooms.Values).Where(static r => DurableRooms.Contains(r.Name)))
        {
            Assert.True(room.IsJoined, $"{room.Name} was never joined.");
            if (heads.TryGetValue((room.Name, room.Epoch), out var head))
                Assert.True(room.Position >= head, $"A member of {room.Name} stopped at {room.Position}, the room is at {head}.");
        }

        if (!mayLose)
        {
            Assert.Equal(0, clients.Sum(static c => c.DurableLossCount));
        }
    }
}
