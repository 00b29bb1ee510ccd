using Gateway.Nats;

namespace Gateway.Server.Operations.Messaging;

/// <summary>Keeps the connection to NATS up from the node's start to its end. A start does not wait for it: until it is up the node is not ready.</summary>
internal sealed class NatsHost(NatsConnection connection, NatsLog log) : IHostedService
{
    private Task _connecting = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _connecting = ConnectAsync();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (connection.Status == NatsStatus.Connected)
                await connection.DrainAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            log.OnUnclean(e);
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        await _connecting.ConfigureAwait(false);
    }

    private async Task ConnectAsync()
    {
        try
        {
            await connection.ConnectAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (NatsException e)
        {
            // Closed before it ever came up, or something that trying again cannot mend; the readiness check goes on saying so.
            log.OnUnclean(e);
        }
    }
}
