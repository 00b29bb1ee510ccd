namespace Gateway.Server.Operations.Draining;

/// <summary>Where this node is in its life. Written by <see cref="DrainService"/>, read from any thread.</summary>
internal sealed class NodeLifecycle : IDisposable
{
    private readonly CancellationTokenSource _draining = new();
    private int _state;

    public NodeState State => (NodeState)Volatile.Read(ref _state);

    /// <summary>Cancelled when draining begins: for loops that should take nothing new.</summary>
    public CancellationToken Draining => _draining.Token;

    /// <returns>False when the node was already there or further.</returns>
    public bool MoveTo(NodeState state)
    {
        int current;
        do
        {
            current = Volatile.Read(ref _state);
            if (current >= (int)state)
                return false;
        }
        while (Interlocked.CompareExchange(ref _state, (int)state, current) != current);

        if (state >= NodeState.Draining)
            _draining.Cancel();
        return true;
    }

    public void Dispose() => _draining.Dispose();
}
