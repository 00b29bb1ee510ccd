using Gateway.Nats;
using Gateway.Server.Backends.Api;
using Gateway.Server.Backends.Publishing;
using Gateway.Server.Operations.Draining;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Backends;

/// <summary>
/// Opens the subjects for backends when the node starts, and closes them when it drains: what NATS has delivered is done, what comes later goes to other nodes. What is published has a door of its
/// own (<see cref="PublishDoor"/>); calls are taken by any node, each by one, which answers for all.
/// </summary>
internal sealed class NatsDoor(
    NatsConnection connection, PublishDoor publish, BackendApi api, BackendsMetrics metrics, IOptions<BackendsOptions> options, ILogger<NatsDoor> log)
    : IHostedService, IDrainStep, IAsyncDisposable
{
    // Of all nodes together exactly one takes a call.
    private const string QueueGroup = "gateway";

    // One round trip to the server; more only when it has just died.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    private NatsSubscription? _subscription;
    private ApiIntake? _calls;

    public string Name => "backends";

    // Before clients are told to go: a backend's message is still delivered to them.
    public int Order => 60;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        _calls = new ApiIntake($"{settings.Prefix}.api.", api, new NatsAnswers(connection, metrics), metrics, settings, log);
        _calls.Start();
        publish.Start();
        _subscription = connection.Subscribe($"{settings.Prefix}.api.>", _calls, QueueGroup);
        Log.Listening(log, settings.Prefix);
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
            await Task.WhenAll(_subscription!.DrainAsync(limit.Token), publish.EndAsync(limit.Token));
        }
        catch (Exception exception) when (exception is NatsException or OperationCanceledException)
        {
            // The connection was lost or time is up: nothing more comes in either way, and who was not answered asks again.
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _subscription, null)?.Unsubscribe();
        await publish.DisposeAsync();
        if (Interlocked.Exchange(ref _calls, null) is { } calls)
            await calls.DisposeAsync();
    }
}
