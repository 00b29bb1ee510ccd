namespace Gateway.Server.Cluster.Asking;

/// <summary>Answers the questions of one kind for this node.</summary>
internal interface INodeAnswerer
{
    QuestionKind Kind { get; }

    /// <summary>Called on the wire's thread, in the order in which each node asked; must not block. Answers by the question, now or later, from any thread.</summary>
    /// <param name="body">One MessagePack value; valid during the call.</param>
    /// <param name="question">To be answered once.</param>
    void Take(ReadOnlySpan<byte> body, Question question);
}
