namespace Gateway.Faults.Tests.Proxies;

/// <summary>Lets through, or makes wait until it is opened. From any thread.</summary>
internal sealed class Gate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _opening;

    public void Close()
    {
        lock (_lock)
            _opening ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Open()
    {
        lock (_lock)
        {
            _opening?.TrySetResult();
            _opening = null;
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return _opening is null ? Task.CompletedTask : _opening.Task.WaitAsync(cancellationToken);
    }
}
