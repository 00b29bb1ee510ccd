using System.Globalization;
using Gateway.Client.Tests.Fakes;

namespace Gateway.Client.Tests;

public sealed class RandomScheduleTests(ITestOutputHelper output)
{
    private const int Steps = 250;
    private static readonly string[] Rooms = ["chat:a", "chat:b", "chat:c"];

    [Theory]
    [InlineData(1000, 1)]
    [InlineData(1000, 2)]
    [InlineData(12, 1)]
    [InlineData(12, 2)]
    public async Task Every_message_is_seen_once_in_order_or_reported_and_every_publish_is_stored_once_in_order(int historyLength, int round)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}, history {historyLength}, round {round}");
        // Two sequences, so that the schedule does not depend on how the threads of the server take turns.
        var schedule = new Random(seed);
        await using var gateway = await FakeGateway.StartAsync();
        await using var server = new RoomServer(gateway, new SharedRandom(seed + 1), historyLength);
        server.Start();
        await using var client = Clients.New(gateway.Url, new FastTime(200), options =>
        {
            options.MaxBufferedMessages = 8;
            options.HeadCheckInterval = TimeSpan.FromSeconds(5);
            options.IdempotencyWindow = TimeSpan.FromHours(1);
            options.CallTimeout = TimeSpan.FromHours(1);
        });
        await client.ConnectAsync();
        var readers = new List<RoomReader>();
        foreach (var room in Rooms)
            readers.Add(new RoomReader(await client.JoinAsync(room, new JoinOptions { From = new RoomPosition(1, 0) })));

        var publishes = new List<(string Room, string Text, Task<PublishReceipt> Task)>();
        for (var step = 0; step < Steps; step++)
        {
            var room = Rooms[schedule.Next(Rooms.Length)];
            switch (schedule.Next(10))
            {
                case 0:
                    server.Cut();
                    break;
                case 1:
                    await readers[schedule.Next(readers.Count)].PauseAsync(schedule.Next(30));
                    break;
                case 2 when publishes.Count > 0:
                    // Lets the world catch up now and then: a schedule that is over before the first reconnect tests little.
                    await publishes[schedule.Next(publishes.Count)].Task.WaitAsync(FakeGateway.Patience);
                    break;
                case < 6:
                    await server.PublishAsync(room, "other-" + step.ToString(CultureInfo.InvariantCulture));
                    break;
                default:
                    var text = "mine-" + step.ToString("D6", CultureInfo.InvariantCulture);
                    publishes.Add((room, text, client.PublishAsync(room, "e", Payload.From(text))));
                    break;
            }
        }

        server.Misbehaves = false;
        var patience = Task.Delay(FakeGateway.Patience);
        Assert.NotSame(patience, await Task.WhenAny(patience, Task.WhenAll(publishes.Select(publish => publish.Task))));
        foreach (var reader in readers)
        {
            while (reader.Reached < server.HeadOf(reader.Room))
            {
                Assert.False(patience.IsCompleted, $"seed {seed}: {reader.Room} stays at {reader.Reached} of {server.HeadOf(reader.Room)}.");
                await server.SendHeadsAsync();
                await Task.Yield();
            }

            reader.Check(server.MessagesOf(reader.Room), isLossAllowed: historyLength < 100, seed);
        }

        foreach (var room in Rooms)
        {
            var stored = server.MessagesOf(room).Where(text => text.StartsWith("mine", StringComparison.Ordinal)).ToList();
            Assert.Equal(publishes.Where(publish => publish.Room == room).Select(publish => publish.Text), stored);
        }

        foreach (var (room, text, task) in publishes)
            Assert.Equal(text, server.MessagesOf(room)[(int)(await task).Position.Offset - 1]);
    }

    /// <summary>Used by several threads of the server.</summary>
    private sealed class SharedRandom(int seed) : Random(seed)
    {
        private readonly Lock _gate = new();

        public override int Next(int maxValue)
        {
            lock (_gate)
                return base.Next(maxValue);
        }
    }
}
