using Gateway.Server.Connections.Limiting;

namespace Gateway.Server.Tests.Connections.Limiting;

public sealed class RateBucketTests
{
    private const long Second = 1_000_000_000;

    /// <summary>Against a bucket that is counted in tokens, refilled bit by bit: what people have in mind when they set a rate.</summary>
    [Fact]
    public void Take_accepts_what_a_bucket_of_tokens_would()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var run = 0; run < 200; run++)
        {
            // Whole milliseconds a token and whole tokens a burst, so that both count exactly.
            var cost = random.Next(1, 50) * 1_000_000L;
            var capacity = random.Next(1, 40);
            var (fullAt, shared, now) = (0L, 0L, (long)random.Next());
            var (fill, filledAt) = (capacity * cost, now);
            for (var i = 0; i < 500; i++)
            {
                now += random.Next(3) == 0 ? random.Next(100) * 1_000_000L : 0;
                fill = Math.Min(capacity * cost, fill + now - filledAt);
                filledAt = now;
                var wanted = random.Next(4) == 0 ? random.Next(1, capacity + 1) : 1;
                var expected = Math.Max(0, (wanted * cost) - fill);
                Assert.True(expected == RateBucket.Take(ref fullAt, now, wanted * cost, capacity * cost), $"seed {seed}, run {run}, step {i}");
                Assert.True(expected == RateBucket.TakeShared(ref shared, now, wanted * cost, capacity * cost), $"seed {seed}, run {run}, step {i}, shared");
                if (expected == 0)
                    fill -= wanted * cost;
            }
        }
    }

    [Fact]
    public void TakeShared_from_several_threads_at_once_gives_away_not_one_too_many_or_too_few()
    {
        const int ThreadCount = 4;
        const int Capacity = 100_000;
        var fullAt = 0L;
        var taken = 0;
        using var start = new Barrier(ThreadCount);
        var threads = Enumerable.Range(0, ThreadCount).Select(_ => new Thread(() =>
        {
            var own = 0;
            start.SignalAndWait();
            for (var i = 0; i < Capacity; i++)
                own += RateBucket.TakeShared(ref fullAt, Second, 1000, Capacity * 1000L) == 0 ? 1 : 0;
            Interlocked.Add(ref taken, own);
        })).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        Assert.Equal(Capacity, taken);
    }

    [Fact]
    public void Rules_of_rates_that_do_not_divide_a_second_hold_no_token_less_than_they_say()
    {
        for (var rate = 1; rate < 5000; rate++)
        {
            var rules = new RateRules(rate, 0, 0, TimeSpan.FromSeconds(2));
            Assert.Equal(2 * rate, rules.Burst / rules.Message);
        }
    }

    [Fact]
    public void Zero_is_no_limit()
    {
        var rules = new RateRules(0, 0, 0, TimeSpan.FromSeconds(1));
        var rates = new ConnectionRates();
        for (var i = 0; i < 1000; i++)
            Assert.Equal(0, rates.Take(rules, 1, int.MaxValue, isJoin: true, out _));
        Assert.True(rates.IsFull(1));
    }
}
