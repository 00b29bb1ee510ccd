using System.Threading.Channels;

namespace Gateway.Client.Tests.Fakes;

/// <summary>The status changes of a client, to be waited for one by one.</summary>
internal sealed class StatusLog
{
    private readonly Channel<StatusChange> _changes = Channel.CreateUnbounded<StatusChange>();

    public StatusLog(GatewayClient client) => client.StatusChanged += (_, change) => _changes.Writer.TryWrite(change);

    /// <summary>The next change to this status; what comes before it is passed over.</summary>
    public async Task<StatusChange> NextAsync(ConnectionStatus status)
    {
        while (true)
        {
            var change = await _changes.Reader.ReadAsync().AsTask().WaitAsync(FakeGateway.Patience);
            if (change.Status == status)
                return change;
        }
    }
}
