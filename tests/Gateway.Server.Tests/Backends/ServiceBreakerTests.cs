using Gateway.Server.Backends.Requests;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Backends;

public sealed class ServiceBreakerTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly ManualTime _time = new();
    private readonly List<bool> _changes = [];
    private readonly ServiceBreaker _breaker;

    public ServiceBreakerTests() => _breaker = new ServiceBreaker(3, Pause, _time, _changes.Add);

    [Fact]
    public void Failures_in_a_row_open_it_and_a_success_between_them_does_not()
    {
        Fail(2);
        _breaker.Succeed(isProbe: false);
        Fail(2);
        Assert.False(_breaker.IsOpen);
        Fail(1);
        Assert.True(_breaker.IsOpen);
        Assert.False(_breaker.TryEnter(out _));
        Assert.Equal([true], _changes);
    }

    [Fact]
    public void After_the_pause_one_at_a_time_may_try()
    {
        Fail(3);
        _time.Advance((long)Pause.TotalMilliseconds - 1);
        Assert.False(_breaker.TryEnter(out _));
        _time.Advance(1);
        Assert.True(_breaker.TryEnter(out var isProbe));
        Assert.True(isProbe);
        Assert.False(_breaker.TryEnter(out _));
    }

    [Fact]
    public void Success_of_the_probe_closes_it()
    {
        Probe();
        _breaker.Succeed(isProbe: true);
        Assert.False(_breaker.IsOpen);
        Assert.True(_breaker.TryEnter(out var isProbe));
        Assert.False(isProbe);
        Assert.Equal([true, false], _changes);
    }

    [Fact]
    public void Failure_of_the_probe_begins_the_pause_anew()
    {
        Probe();
        _breaker.Fail(isProbe: true);
        Assert.False(_breaker.TryEnter(out _));
        _time.Advance((long)Pause.TotalMilliseconds);
        Assert.True(_breaker.TryEnter(out _));
    }

    [Fact]
    public void Probe_whose_client_has_gone_lets_the_next_one_try()
    {
        Probe();
        _breaker.Leave(isProbe: true);
        Assert.True(_breaker.TryEnter(out var isProbe));
        Assert.True(isProbe);
    }

    [Fact]
    public void Late_answers_from_before_it_opened_change_nothing()
    {
        Fail(3);
        _breaker.Succeed(isProbe: false);
        _breaker.Fail(isProbe: false);
        Assert.True(_breaker.IsOpen);
        Assert.Equal([true], _changes);
    }

    private void Probe()
    {
        Fail(3);
        _time.Advance((long)Pause.TotalMilliseconds);
        Assert.True(_breaker.TryEnter(out _));
    }

    private void Fail(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.True(_breaker.TryEnter(out var isProbe));
            _breaker.Fail(isProbe);
        }
    }
}
