namespace Gateway.Server.Cluster.Asking;

/// <summary>Lets a caller await all answers.</summary>
internal sealed class AwaitedAnswers : IAnswerSink
{
    // Asynchronous continuations: the wire's thread must not run the caller's code.
    private readonly TaskCompletionSource<NodeAnswers> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(NodeId, byte[])> _answers = [];

    public Task<NodeAnswers> Task => _done.Task;

    public void OnAnswer(NodeId node, ReadOnlySpan<byte> answer) => _answers.Add((node, answer.ToArray()));

    public void OnDone(bool isComplete) => _done.TrySetResult(new NodeAnswers(_answers, isComplete));
}
