using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Gateway.Nats.Tests.Support;

/// <summary>Keeps what it is told, and lets a test wait for it.</summary>
internal sealed class RecordingObserver : INatsObserver
{
    private readonly ConcurrentQueue<object> _events = new();
    private readonly Channel<bool> _changed = Channel.CreateUnbounded<bool>();

    public IEnumerable<NatsError> Errors => _events.OfType<NatsError>();

    public void OnStatus(NatsStatus status, string? server, NatsError? cause) => Add((status, server, cause));

    public void OnError(NatsError error) => Add(error);

    public void OnLameDuck(string server) => Add(("lame duck", server));

    public void OnSlowSubscriber(NatsSubscription subscription) => Add(("slow", subscription));

    public void OnHandlerStall(TimeSpan elapsed) => Add(("stall", elapsed));

    public void OnHandlerFault(NatsSubscription subscription, Exception fault) => Add(("fault", fault));

    /// <summary>Waits until there have been so many connections.</summary>
    public Task WaitForConnectsAsync(int count) => WaitAsync(() => Statuses(NatsStatus.Connected).Count() >= count);

    public Task WaitForAsync(NatsStatus status) => WaitAsync(() => Statuses(status).Any());

    public Task WaitForErrorAsync(NatsErrorCode code) => WaitAsync(() => Errors.Any(error => error.Code == code));

    public Task WaitForNoticeAsync(string kind) => WaitAsync(() => Notices(kind).Any());

    public IEnumerable<(NatsStatus Status, string? Server, NatsError? Cause)> Statuses(NatsStatus status) =>
        _events.OfType<(NatsStatus Status, string? Server, NatsError? Cause)>().Where(each => each.Status == status);

    public IEnumerable<object> Notices(string kind) => _events.Where(each => each switch
    {
        (string name, string _) => name == kind,
        (string name, NatsSubscription _) => name == kind,
        (string name, TimeSpan _) => name == kind,
        (string name, Exception _) => name == kind,
        _ => false,
    });

    private void Add(object what)
    {
        _events.Enqueue(what);
        _changed.Writer.TryWrite(true);
    }

    private async Task WaitAsync(Func<bool> condition)
    {
        while (!condition())
        {
            try
            {
                await _changed.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Within();
            }
            catch (TimeoutException exception)
            {
                throw new TimeoutException("Told so far: " + string.Join("; ", _events), exception);
            }
        }
    }
}
