using Gateway.Server.Storage.Redis;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Server.Tests.Storage.Redis;

public sealed class RedisAttemptsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly List<TaskCompletionSource<string>> _attempts = [];
    private readonly List<string> _discarded = [];

    [Fact]
    public async Task One_that_ends_is_the_only_one()
    {
        var first = Begin();
        _attempts[0].SetResult("a");
        Assert.Equal("a", await first);
        _time.Advance(Patience * 2);
        Assert.Single(_attempts);
        Assert.Empty(_discarded);
    }

    [Fact]
    public async Task One_that_hangs_is_not_waited_for_and_what_it_makes_late_is_given_back()
    {
        var first = Begin();
        await PassAsync(2);
        _attempts[1].SetResult("b");
        Assert.Equal("b", await first);
        _attempts[0].SetResult("a");
        await UntilAsync(() => _discarded.Count == 1);
        Assert.Equal(["a"], _discarded);
    }

    [Fact]
    public async Task Former_one_that_ends_after_all_is_taken_and_the_others_may_fail()
    {
        var first = Begin();
        await PassAsync(2);
        _attempts[0].SetResult("a");
        Assert.Equal("a", await first);
        _attempts[1].SetException(new InvalidOperationException("no server"));
        Assert.Empty(_discarded);
    }

    [Fact]
    public async Task No_more_than_a_few_are_under_way()
    {
        var first = Begin();
        await PassAsync(2);
        await PassAsync(3);
        _time.Advance(Patience * 5);
        Assert.Equal(3, _attempts.Count);
        Assert.False(first.IsCompleted);
        _attempts[2].SetResult("c");
        Assert.Equal("c", await first);
    }

    [Fact]
    public async Task Fault_of_the_first_that_ends_is_the_caller_s()
    {
        var first = Begin();
        _attempts[0].SetException(new InvalidOperationException("no server"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
    }

    private Task<string> Begin() => RedisAttempts.FirstAsync(
        () =>
        {
            var attempt = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_attempts)
                _attempts.Add(attempt);
            return attempt.Task;
        },
        Patience, 3, late =>
        {
            lock (_attempts)
                _discarded.Add(late);
        },
        _time);

    // The next one begins on another thread, and waits from then on.
    private Task PassAsync(int count) => UntilAsync(() =>
    {
        if (_attempts.Count < count)
            _time.Advance(Patience);
        return _attempts.Count >= count;
    });

    private async Task UntilAsync(Func<bool> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            lock (_attempts)
            {
                if (isSo())
                    return;
            }

            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
