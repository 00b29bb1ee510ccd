namespace Gateway.Server.Cluster.Asking;

/// <summary>A question of this node that waits for answers. Any thread.</summary>
internal sealed class PendingQuestion(long id, IReadOnlyList<NodeId> expected, bool isComplete, long dueAt, IAnswerSink sink)
{
    private readonly Lock _lock = new();
    private readonly List<NodeId> _waiting = [.. expected];
    private bool _isDone;

    public long Id { get; } = id;

    /// <summary>As a timestamp.</summary>
    public long DueAt { get; } = dueAt;

    public bool IsDone => Volatile.Read(ref _isDone);

    /// <summary>True: it was the last one.</summary>
    public bool Take(NodeId node, ReadOnlySpan<byte> answer)
    {
        lock (_lock)
        {
            if (_isDone)
                return false;
            _waiting.Remove(node);
            sink.OnAnswer(node, answer);
            return Finish(_waiting.Count == 0, isComplete);
        }
    }

    /// <summary>Nobody waits any longer. True: somebody did until now.</summary>
    public bool GiveUp()
    {
        lock (_lock)
            return Finish(true, false);
    }

    private bool Finish(bool isOver, bool complete)
    {
        if (_isDone || !isOver)
            return false;
        _isDone = true;
        sink.OnDone(complete);
        return true;
    }
}
