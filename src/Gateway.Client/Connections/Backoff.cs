namespace Gateway.Client.Connections;

/// <summary>Counts failed attempts and says how long to wait before the next (see <see cref="ReconnectOptions"/>).</summary>
internal sealed class Backoff(ReconnectOptions options, Func<double> jitter)
{
    private int _waits;

    public int Failures { get; private set; }

    public void Reset()
    {
        _waits = 0;
        Failures = 0;
    }

    public void Fail() => Failures++;

    /// <summary>The next wait: random below a bound that doubles, never less than <paramref name="atLeast"/>.</summary>
    public TimeSpan NextDelay(TimeSpan atLeast)
    {
        // 2^30 times the smallest start is beyond any cap; more would overflow.
        var bound = Math.Min(options.MaxDelay.TotalSeconds, options.InitialDelay.TotalSeconds * Math.Pow(2, Math.Min(_waits, 30)));
        _waits++;
        var delay = TimeSpan.FromSeconds(bound * jitter());
        return delay > atLeast ? delay : atLeast;
    }
}
