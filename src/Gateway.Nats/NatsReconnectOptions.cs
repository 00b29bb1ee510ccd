namespace Gateway.Nats;

/// <summary>How the client comes back after it has lost its connection. It tries all servers at once, one after the other, and waits between rounds.</summary>
/// <remarks>After round n (from 1) it waits a random time between half of and all of <c>min(MaxDelay, InitialDelay * 2^(n-1))</c>.</remarks>
public sealed class NatsReconnectOptions
{
    /// <summary>Longest wait after the first round. 100 ms by default: a server that restarts is back within a second. Smaller ones make storms.</summary>
    public TimeSpan InitialDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait of all. 5 s by default: what the relay of a node misses while it waits must be read from history afterwards.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether a client that finds no server at first goes on trying, too. False by default: <see cref="NatsConnection.ConnectAsync"/> throws after one
    /// round, so that a wrong address or password shows at once.
    /// </summary>
    public bool RetryFirstConnect { get; set; }
}
