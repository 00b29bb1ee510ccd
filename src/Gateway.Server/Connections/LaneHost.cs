using Gateway.Server.Lanes;

namespace Gateway.Server.Connections;

/// <summary>Starts the lanes before Kestrel and ends them after it.</summary>
internal sealed class LaneHost(LaneSet lanes, ConnectionMetrics metrics) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.Start();
        lanes.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        lanes.Dispose();
        return Task.CompletedTask;
    }
}
