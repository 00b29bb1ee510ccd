namespace Gateway.Nats.Diagnostics;

/// <summary>Keeps what an observer throws away from the loops that call it: telling is not worth a connection.</summary>
internal sealed class GuardedObserver(INatsObserver? observer) : INatsObserver
{
    public void OnStatus(NatsStatus status, string? server, NatsError? cause) => Guard(each => each.OnStatus(status, server, cause));

    public void OnError(NatsError error) => Guard(each => each.OnError(error));

    public void OnLameDuck(string server) => Guard(each => each.OnLameDuck(server));

    public void OnSlowSubscriber(NatsSubscription subscription) => Guard(each => each.OnSlowSubscriber(subscription));

    public void OnHandlerStall(TimeSpan elapsed) => Guard(each => each.OnHandlerStall(elapsed));

    public void OnHandlerFault(NatsSubscription subscription, Exception fault) => Guard(each => each.OnHandlerFault(subscription, fault));

    private void Guard(Action<INatsObserver> call)
    {
        if (observer is null)
            return;
        try
        {
            call(observer);
        }
        catch (Exception fault)
        {
            // The observer is where faults are told; only a debugger is left to tell this one.
            System.Diagnostics.Debug.WriteLine(fault);
        }
    }
}
