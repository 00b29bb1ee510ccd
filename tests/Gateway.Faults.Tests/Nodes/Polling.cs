namespace Gateway.Faults.Tests.Nodes;

/// <summary>Waits for what comes about by itself.</summary>
internal static class Polling
{
    /// <summary>Only a fault reaches it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <returns>False when it did not come about within <see cref="Patience"/>.</returns>
    public static async Task<bool> TryUntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (!await condition())
                await timer.WaitForNextTickAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    public static Task<bool> TryUntilAsync(Func<bool> condition, CancellationToken cancellationToken) => TryUntilAsync(() => Task.FromResult(condition()), cancellationToken);
}
