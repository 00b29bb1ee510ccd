namespace Gateway.Cluster.Tests.Processes;

/// <summary>Waits for what comes about by itself, and says what it saw last when it does not.</summary>
internal static class Until
{
    /// <summary>Only a fault reaches it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> describe)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (!await condition())
                await timer.WaitForNextTickAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"It did not come about within {Patience}.{Environment.NewLine}{describe()}");
        }
    }

    public static Task TrueAsync(Func<bool> condition, Func<string> describe) => TrueAsync(() => Task.FromResult(condition()), describe);
}
