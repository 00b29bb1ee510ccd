using Gateway.Nats;
using Gateway.Server.Operations.Health;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations.Messaging;

/// <summary>A node that is configured to have NATS is not ready without it.</summary>
internal sealed class NatsReadiness(NatsConnection connection, IOptions<NatsSettings> settings) : IReadinessCheck
{
    public string Name => "nats";

    public TimeSpan Grace => settings.Value.ReadinessGrace;

    public ValueTask<ReadinessResult> CheckAsync(CancellationToken cancellationToken) => new(connection.Status switch
    {
        NatsStatus.Connected => ReadinessResult.Ready($"connected to {connection.Server?.Address}"),
        NatsStatus.Connecting => ReadinessResult.NotReady("no NATS server has let us in yet"),
        NatsStatus.Reconnecting => ReadinessResult.NotReady("the connection to NATS was lost; another one is sought"),
        _ => ReadinessResult.NotReady("the connection to NATS is closed"),
    });
}
