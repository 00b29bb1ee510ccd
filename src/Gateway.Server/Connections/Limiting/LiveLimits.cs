namespace Gateway.Server.Connections.Limiting;

/// <summary>The limits in force now. Any thread reads them without a lock, once for each use; whoever changes them puts a new state in the place of the old one.</summary>
internal sealed class LiveLimits(ConnectionLimits values)
{
    private LimitsInForce _current = new(values);

    public LimitsInForce Current => Volatile.Read(ref _current);

    public ConnectionLimits Values => Current.Values;

    /// <summary>After a change, from what to what, on the thread that made it: for what holds a copy.</summary>
    public event Action<LimitsInForce, LimitsInForce>? Changed;

    /// <summary>Callers come one at a time.</summary>
    /// <param name="values">Checked, and never changed from now on.</param>
    public void Replace(ConnectionLimits values)
    {
        var next = new LimitsInForce(values);
        var before = Interlocked.Exchange(ref _current, next);
        Changed?.Invoke(before, next);
    }
}
