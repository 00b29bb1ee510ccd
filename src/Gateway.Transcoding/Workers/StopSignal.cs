namespace Gateway.Transcoding.Workers;

/// <summary>Stops one attempt, once; the first reason counts. May be asked from any thread, also after the attempt has ended.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private int _reason;

    public CancellationToken Token => _stop.Token;

    public StopReason Reason => (StopReason)Volatile.Read(ref _reason);

    public void Request(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)StopReason.None) != (int)StopReason.None)
            return;

        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended first.
        }
    }

    public void Dispose() => _stop.Dispose();
}
