using Gateway.Server.Accounts;
using Gateway.Transcoding.Tests.Support;

namespace Gateway.Server.Tests.Accounts;

public sealed class AttemptLimiterTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Take_allows_a_burst_then_the_rate()
    {
        var limiter = new AttemptLimiter(6, 100, _time);
        for (var count = 0; count < 6; count++)
            Assert.Equal(TimeSpan.Zero, limiter.Take("a"));
        Assert.Equal(TimeSpan.FromSeconds(10), limiter.Take("a"));
        Assert.Equal(TimeSpan.Zero, limiter.Take("b"));

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(1, limiter.Take("a").TotalSeconds, 6);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, limiter.Take("A"));
        Assert.NotEqual(TimeSpan.Zero, limiter.Take("a"));
    }

    [Fact]
    public void Take_never_saves_up_more_than_a_minute()
    {
        var limiter = new AttemptLimiter(2, 100, _time);
        limiter.Take("a");
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => limiter.Take("a") == TimeSpan.Zero));
    }

    [Fact]
    public void Take_by_more_sources_than_are_tracked_shares_one_count_until_others_have_refilled()
    {
        var limiter = new AttemptLimiter(2, 3, _time);
        foreach (var source in (string[])["a", "b", "c"])
            Assert.Equal(TimeSpan.Zero, limiter.Take(source));
        Assert.Equal([true, true, false, false], new[] { "d", "e", "f", "g" }.Select(source => limiter.Take(source) == TimeSpan.Zero));

        // Known ones have kept their own.
        Assert.Equal(TimeSpan.Zero, limiter.Take("a"));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([true, true], new[] { "f", "g" }.Select(source => limiter.Take(source) == TimeSpan.Zero));
    }
}
