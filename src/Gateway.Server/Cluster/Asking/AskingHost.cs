namespace Gateway.Server.Cluster.Asking;

/// <summary>Has the node answer before it joins its cluster. It ends with the container, after everything that asks.</summary>
internal sealed class AskingHost(NodeAsking asking, IEnumerable<INodeAnswerer> answerers) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        asking.Start(answerers);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
