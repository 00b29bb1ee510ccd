namespace Gateway.Server.Storage.Redis;

/// <summary>Connects although an attempt may never end.</summary>
/// <remarks>
/// The library bounds how long it waits for a server to come, but not for the answer of one that hangs after that: an attempt that meets it then ends when that server's process does. Another attempt finds
/// a server that says nothing, and goes on without it. All are the same to the caller: the first that ends is taken.
/// </remarks>
internal static class RedisAttempts
{
    /// <summary>Makes attempts, each beside those before it, until one has ended.</summary>
    /// <param name="attempt">Begins one.</param>
    /// <param name="patience">How long one is waited for before the next begins.</param>
    /// <param name="maxCount">How many may be under way: each holds connections.</param>
    /// <param name="discard">Gets what the others have made, when they have.</param>
    /// <param name="time">The clock.</param>
    public static async Task<T> FirstAsync<T>(Func<Task<T>> attempt, TimeSpan patience, int maxCount, Action<T> discard, TimeProvider time)
    {
        var running = new List<Task<T>>();
        while (true)
        {
            running.Add(attempt());
            var first = Task.WhenAny(running);
            if (running.Count < maxCount)
            {
                await Task.WhenAny(first, Task.Delay(patience, time)).ConfigureAwait(false);
                if (!first.IsCompleted)
                {
                    continue;
                }
            }

            var taken = await first.ConfigureAwait(false);
            foreach (var other in running)
            {
                if (other != taken)
                {
                    _ = DiscardAsync(other, discard);
                }
            }

            return await taken.ConfigureAwait(false);
        }
    }

    private static async Task DiscardAsync<T>(Task<T> attempt, Action<T> discard)
    {
        await ((Task)attempt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (attempt.IsCompletedSuccessfully)
        {
            discard(await attempt.ConfigureAwait(false));
        }
    }
}
