using Gateway.Server.Rooms;

namespace Gateway.Server.Relay;

/// <summary>Has the relay listen from before the node joins its cluster until after it has left.</summary>
internal sealed class RelayHost(RelayNode relay, RoomSet rooms) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        relay.Start(rooms);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
