using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;
using Gateway.Server.Storage.Redis;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks.Redis;

/// <summary>
/// Durable publishes through rooms, lanes and writers into one real redis-server: <c>dotnet run -c Release -- redis [messages]</c>. Shown are publishes acknowledged
/// a second, round trips for 1,000 of them, and the time from publish to acknowledgement, by rooms and publishers at once; each several times, the median counts.
/// </summary>
internal static class RedisThroughput
{
    private const int Rounds = 5;
    private const int PayloadBytes = 128;

    public static async Task<int> RunAsync(string[] args)
    {
        var messages = args is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 100_000;
        Print($"durable publishes of {PayloadBytes} B, {messages:N0} a round, median of {Rounds} rounds");
        foreach (var persistence in (string[])["none", "everysec"])
        {
            await using var server = await RedisServerProcess.StartAsync(persistence == "none" ? [] : ["--appendonly", "yes", "--appendfsync", persistence], CancellationToken.None);
            foreach (var (rooms, publishers) in ((int, int)[])[(1, 1), (1, 64), (100, 512), (1000, 4096)])
                await MeasureAsync(server, persistence, messages, rooms, publishers);
        }

        return 0;
    }

    private static async Task MeasureAsync(RedisServerProcess server, string persistence, int messages, int roomCount, int publishers)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new RedisMetrics(services.GetRequiredService<IMeterFactory>());
        var prefix = "b" + Guid.NewGuid().ToString("N");
        await using var redis = new RedisConnection(
            new RedisOptions { Configuration = server.Configuration, KeyPrefix = prefix }, TimeProvider.System, metrics, NullLogger<RedisConnection>.Instance);
        var options = new RoomsOptions();
        using var lanes = new LaneSet(Environment.ProcessorCount, index => new Lane(index, TimeProvider.System, new EventPoller(), 1_000_000, static fault => Print(fault.ToString())));
        var rooms = new RoomSet(
            lanes, RoomKinds.Create(options, [])!, options, lane => new RedisHistory(redis, lane, options, TimeProvider.System, metrics), new LoopbackRelay(), TimeProvider.System, 1024 * 1024);
        lanes.Start();
        long calls = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, it) => Enable(instrument, it, services) };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Interlocked.Add(ref calls, IsAppend(tags) ? value : 0));
        listener.Start();

        var payload = Payload();
        await VerifyAsync(rooms, payload, prefix);
        var (rates, trips, p50, p99) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            Interlocked.Exchange(ref calls, 0);
            var each = round == 0 ? messages / 10 : messages;
            var latencies = new double[each];
            var next = -1;
            var clock = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, publishers).Select(_ => Task.Run(async () =>
            {
                for (int i; (i = Interlocked.Increment(ref next)) < each;)
                {
                    var started = Stopwatch.GetTimestamp();
                    var result = await rooms.PublishAsync($"chat:{prefix}.{i % roomCount}", "e", payload);
                    if (result.Status != PublishStatus.Accepted)
                        throw new InvalidOperationException($"A publish was answered {result.Status}.");
                    latencies[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                }
            })));
            var elapsed = clock.Elapsed.TotalSeconds;
            if (round == 0)
                continue; // The first one is for the JIT.
            Array.Sort(latencies);
            rates.Add(each / elapsed);
            trips.Add(Interlocked.Read(ref calls) * 1000.0 / each);
            p50.Add(latencies[each / 2]);
            p99.Add(latencies[each * 99 / 100]);
        }

        Print($"fsync {persistence,-8} {roomCount,5} rooms {publishers,5} publishers: {Median(rates),9:N0}/s, {Median(trips),6:F1} round trips per 1,000, publish to ack p50 {Median(p50):F1} ms, p99 {Median(p99):F1} ms");
    }

    private static void Enable(Instrument instrument, MeterListener listener, IServiceProvider services)
    {
        if (instrument.Name == "gateway.redis.calls" && ReferenceEquals(instrument.Meter.Scope, services.GetRequiredService<IMeterFactory>()))
            listener.EnableMeasurementEvents(instrument);
    }

    private static bool IsAppend(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            if (tag.Value is "append")
                return true;
        }

        return false;
    }

    // A figure of messages that are not there would be a good one.
    private static async Task VerifyAsync(RoomSet rooms, byte[] payload, string prefix)
    {
        var first = await rooms.PublishAsync($"chat:{prefix}.verify", "e", payload, new("k"));
        var second = await rooms.PublishAsync($"chat:{prefix}.verify", "e", payload, new("k"));
        if ((first.Status, first.Offset, second.Status, second.Offset) != (PublishStatus.Accepted, 1, PublishStatus.Duplicate, 1))
            throw new InvalidOperationException($"The publishes were answered {first} and {second}.");
    }

    private static byte[] Payload()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteBinary(new byte[PayloadBytes]);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static void Print(string text) => Console.WriteLine(text);
}
