namespace Gateway.Nats.Connections;

/// <summary>How long to wait before the next round over the servers: exponential, with full jitter in its upper half.</summary>
/// <remarks>After round n (from 1) a random time between half of and all of <c>min(MaxDelay, InitialDelay * 2^(n-1))</c>.</remarks>
internal sealed class Backoff(NatsReconnectOptions options, Random random)
{
    private int _rounds;

    public TimeSpan Next()
    {
        var ceiling = Math.Min(options.MaxDelay.TotalMilliseconds, options.InitialDelay.TotalMilliseconds * Math.Pow(2, Math.Min(_rounds++, 30)));
        return TimeSpan.FromMilliseconds(ceiling * (0.5 + (random.NextDouble() / 2)));
    }

    public void Reset() => _rounds = 0;
}
