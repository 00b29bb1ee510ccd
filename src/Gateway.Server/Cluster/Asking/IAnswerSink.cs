namespace Gateway.Server.Cluster.Asking;

/// <summary>Waits for the answers of all other nodes. Called on any thread, one call at a time.</summary>
internal interface IAnswerSink
{
    /// <summary>A node has answered.</summary>
    /// <param name="node">Which.</param>
    /// <param name="answer">One MessagePack value; valid during the call.</param>
    void OnAnswer(NodeId node, ReadOnlySpan<byte> answer);

    /// <summary>Nothing more comes.</summary>
    /// <param name="isComplete">Every node that lives has answered.</param>
    void OnDone(bool isComplete);
}
