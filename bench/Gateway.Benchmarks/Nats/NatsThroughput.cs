using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gateway.Nats;
using Gateway.Testing;

namespace Gateway.Benchmarks.Nats;

/// <summary>
/// Our client against a raw socket that does nothing but move the same bytes, through one real nats-server: <c>dotnet run -c Release -- nats [messages]</c>.
/// Each pair runs several times in turn; the median of each is shown with their ratio, which is what can be compared between machines.
/// </summary>
internal static class NatsThroughput
{
    private const int Rounds = 5;
    private const int PayloadBytes = 128;
    private const int Requests = 5_000;
    private const string Subject = "bench.subject";

    public static async Task<int> RunAsync(string[] args)
    {
        var messages = args is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 3_000_000;

        // A subscriber that is slower than the raw publisher must not be cut off: the figure would be that of the cut.
        var settings = new NatsServerSettings { Configuration = "max_pending: 1GB\nwrite_deadline: \"60s\"" };
        await using var server = await NatsServerProcess.StartAsync(settings, CancellationToken.None);
        await VerifyAsync(server.Url);

        await CompareAsync("publish", messages, () => RawPublishAsync(server.Url, messages), () => PublishAsync(server.Url, messages));
        await CompareAsync("subscribe", messages, () => RawSubscribeAsync(server.Url, messages), () => SubscribeAsync(server.Url, messages));
        await LatencyAsync(server.Url);
        return 0;
    }

    private static async Task VerifyAsync(string url)
    {
        await using var connection = await ConnectAsync(url);
        connection.Subscribe(Subject, new EchoHandler(connection));
        var reply = await connection.RequestAsync(Subject, "right?"u8.ToArray());
        if (!reply.IsReplied || Encoding.ASCII.GetString(reply.Message!.Payload.Span) != "right?")
            throw new InvalidOperationException($"The request was not answered with itself: {reply.Status}.");
    }

    private static async Task CompareAsync(string name, int messages, Func<Task<TimeSpan>> raw, Func<Task<TimeSpan>> ours)
    {
        var (raws, own) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var (rawTime, ownTime) = (await raw(), await ours());
            if (round == 0)
                continue; // The first one is for the JIT.
            raws.Add(messages / rawTime.TotalSeconds);
            own.Add(messages / ownTime.TotalSeconds);
        }

        Print($"{name,-10} {PayloadBytes} B: client {Median(own):N0} msgs/s, raw socket {Median(raws):N0} msgs/s, ratio {Median(own) / Median(raws):F2}");
    }

    private static Task<TimeSpan> RawPublishAsync(string url, int messages)
    {
        using var socket = new RawNatsSocket(url);
        var clock = Stopwatch.StartNew();
        socket.Publish(Subject, PayloadBytes, messages);
        return Task.FromResult(clock.Elapsed);
    }

    private static async Task<TimeSpan> PublishAsync(string url, int messages)
    {
        await using var connection = await ConnectAsync(url);
        var payload = new byte[PayloadBytes];
        var subject = Encoding.ASCII.GetBytes(Subject);
        var before = GC.GetTotalAllocatedBytes();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < messages; i++)
        {
            while (connection.Publish(subject, payload) == NatsPublishResult.Full)
                Thread.Yield();
        }

        var published = clock.Elapsed;
        await connection.FlushAsync();
        var writes = connection.GetStatistics().Writes;
        Print($"  publish calls {published.TotalNanoseconds / messages:F0} ns each, {(double)messages / writes:F0} messages a write, {(GC.GetTotalAllocatedBytes() - before) / (double)messages:F2} B allocated per message");
        return clock.Elapsed;
    }

    private static async Task<TimeSpan> RawSubscribeAsync(string url, int messages)
    {
        using var subscriber = new RawNatsSocket(url);
        subscriber.Subscribe(Subject);
        var bytes = (long)messages * $"MSG {Subject} 1 {PayloadBytes}\r\n{new string('x', PayloadBytes)}\r\n".Length;
        var clock = Stopwatch.StartNew();
        var receiving = Task.Run(() => subscriber.Receive(bytes));
        Blast(url, messages);
        await receiving;
        return clock.Elapsed;
    }

    private static async Task<TimeSpan> SubscribeAsync(string url, int messages)
    {
        await using var connection = await ConnectAsync(url);
        var handler = new CountingHandler(messages);
        connection.Subscribe(Subject, handler);
        await connection.FlushAsync();
        var clock = Stopwatch.StartNew();
        Blast(url, messages);
        await handler.Done;
        return clock.Elapsed;
    }

    private static void Blast(string url, int messages)
    {
        using var socket = new RawNatsSocket(url);
        socket.Publish(Subject, PayloadBytes, messages);
    }

    private static async Task LatencyAsync(string url)
    {
        await using var asking = await ConnectAsync(url);
        await using var answering = await ConnectAsync(url);
        answering.Subscribe(Subject, new EchoHandler(answering));
        await answering.FlushAsync();
        using var raw = new RawNatsSocket(url);
        var payload = new byte[PayloadBytes];
        var (floor, times) = (new List<double>(), new List<double>());
        for (var i = 0; i < Requests * 2; i++)
        {
            var start = Stopwatch.GetTimestamp();
            raw.WaitForPong();
            var ping = Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            if (!(await asking.RequestAsync(Subject, payload)).IsReplied)
                throw new InvalidOperationException("A request was not answered.");
            var request = Stopwatch.GetElapsedTime(start);
            if (i < Requests)
                continue;
            floor.Add(ping.TotalMicroseconds);
            times.Add(request.TotalMicroseconds);
        }

        Print($"request/reply {PayloadBytes} B, one at a time: p50 {Quantile(times, 0.5):F0} us, p99 {Quantile(times, 0.99):F0} us; "
            + $"a raw PING (half the hops) p50 {Quantile(floor, 0.5):F0} us, p99 {Quantile(floor, 0.99):F0} us");
    }

    private static async Task<NatsConnection> ConnectAsync(string url)
    {
        var connection = new NatsConnection(new NatsOptions { Servers = [url] });
        await connection.ConnectAsync();
        return connection;
    }

    private static double Median(List<double> values) => Quantile(values, 0.5);

    private static double Quantile(List<double> values, double quantile)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Min((int)(quantile * sorted.Count), sorted.Count - 1)];
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static void Print(string text) => Console.WriteLine(text);
}
