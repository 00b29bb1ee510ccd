namespace Gateway.Server.Connections.Reach;

/// <summary>The order to end a user's connections, on its way to his home lane.</summary>
internal sealed class Disconnection(string user)
{
    private readonly TaskCompletionSource<int> _count = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string User { get; } = user;

    /// <summary>How many there were.</summary>
    public Task<int> Count => _count.Task;

    public void Finish(int count) => _count.SetResult(count);
}
