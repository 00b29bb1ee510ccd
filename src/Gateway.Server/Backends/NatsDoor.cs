using Gateway.Nats;
using Gateway.Server.Backends.Api;
using Gateway.Server.Backends.Publishing;
using Gateway.Server.Operations.Draining;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Backends;

/// <summary>
/// Opens the subjects for backends when the node starts, and closes them when it drains: what NATS has delivered is done, what comes later goes to other nodes.
/// </summary>
internal sealed class NatsDoor(
    NatsConnection connection, BackendPublisher publisher, UserSender users, BackendApi api, BackendsMetrics metrics, IOptions<BackendsOptions> options, ILogger<NatsDoor> log)
    : IHostedService, IDrainStep, IAsyncDisposable
{
    // Of all nodes together exactly one takes a message.
    private const string QueueGroup = "gateway";

    // One round trip to the server; more only when it has just died.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    private readonly List<NatsSubscription> _subscriptions = [];
    private RoomIntake? _rooms;
    private UserIntake? _users;
    private ApiIntake? _calls;

    public string Name => "backends";

    // Before clients are told to go: a backend's message is still delivered to them.
    public int Order => 60;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var prefix = settings.Prefix;
        var answers = new NatsAnswers(connection, metrics);
        _rooms = new RoomIntake($"{prefix}.publish.room.", publisher, answers, metrics, settings.MaxPendingPublishes, log);
        _users = new UserIntake($"{prefix}.publish.user.", users, answers, metrics, settings.MaxPendingPublishes, log);
        _calls = new ApiIntake($"{prefix}.api.", api, answers, metrics, settings, log);
        _calls.Start();
        _subscriptions.Add(connection.Subscribe($"{prefix}.publish.room.>", _rooms, QueueGroup));
        _subscriptions.Add(connection.Subscribe($"{prefix}.publish.user.>", _users, QueueGroup));
        foreach (var call in (string[])["presence.>", "history.>", "room.>"])
            _subscriptions.Add(connection.Subscribe($"{prefix}.api.{call}", _calls, QueueGroup));

        // Every node has connections to end, and itself to tell of.
        _subscriptions.Add(connection.Subscribe($"{prefix}.api.disconnect.>", _calls));
        _subscriptions.Add(connection.Subscribe($"{prefix}.api.node", _calls));
        Log.Listening(log, prefix);
        return Task.CompletedTask;
    }

    public async Task DrainAsync(CancellationToken deadline)
    {
        // Without NATS nothing comes in, and waiting for it would take the time that clients need.
        if (connection.Status != NatsStatus.Connected)
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        limit.CancelAfter(DrainLimit);
        try
        {
            await Task.WhenAll(_subscriptions.Select(subscription => subscription.DrainAsync(limit.Token)));
        }
        catch (Exception exception) when (exception is NatsException or OperationCanceledException)
        {
            // The connection was lost or time is up: nothing more comes in either way, and who was not answered asks again.
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var subscription in _subscriptions)
            subscription.Unsubscribe();
        _subscriptions.Clear();
        if (Interlocked.Exchange(ref _calls, null) is { } calls)
            await calls.DisposeAsync();
        Interlocked.Exchange(ref _users, null)?.Dispose();
        Interlocked.Exchange(ref _rooms, null)?.Dispose();
    }
}
