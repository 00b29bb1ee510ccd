using Gateway.Server.Tests.Connections.Limiting;

namespace Gateway.Server.Tests.Connections;

public sealed class InMemoryTicketTests : TicketContract
{
    private protected override Task<LimitsNode> StartAsync() => LimitsNode.StartAsync();
}
