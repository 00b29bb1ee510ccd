namespace Gateway.EndToEnd.Tests.Backends;

/// <summary>One node for all tests of a class that change nothing for each other.</summary>
public sealed class SharedBackendNode : IAsyncLifetime
{
    internal BackendNode Node { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Node = await BackendNode.StartAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
