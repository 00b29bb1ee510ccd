namespace Gateway.Server.Lanes;

/// <summary>What a lane waits on. One that watches sockets belongs to their transport; <see cref="EventPoller"/> waits for commands only.</summary>
internal interface IPoller : IDisposable
{
    /// <summary>True while something is to be handled without waiting for it: the lane must not sleep.</summary>
    bool HasWork { get; }

    /// <summary>Waits for readiness, a wake-up or the time-out. Called by the lane only.</summary>
    /// <param name="timeoutMilliseconds">-1: for ever; 0: do not wait, only see what is ready.</param>
    void Wait(int timeoutMilliseconds);

    /// <summary>Handles what became ready in the last <see cref="Wait"/>. Called by the lane only.</summary>
    /// <returns>True when there was anything.</returns>
    bool Dispatch();

    /// <summary>Ends the current or the next wait. Called from any thread.</summary>
    void Wake();
}
