namespace Gateway.Server.Lanes;

/// <summary>Waits for commands only: for transports that signal readiness through the lane's queue.</summary>
internal sealed class EventPoller : IPoller
{
    private readonly AutoResetEvent _event = new(initialState: false);

    public bool HasWork => false;

    public void Wait(int timeoutMilliseconds)
    {
        if (timeoutMilliseconds != 0)
        {
            _event.WaitOne(timeoutMilliseconds);
        }
    }

    public bool Dispatch() => false;

    public void Wake() => _event.Set();

    public void Dispose() => _event.Dispose();
}
