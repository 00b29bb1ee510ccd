using Gateway.Server.Cluster;
using Gateway.Server.Cluster.Asking;

namespace Gateway.Cluster.Tests.Asking;

/// <summary>Does something when a question has come to its end.</summary>
internal sealed class EndingSink(Action action) : IAnswerSink
{
    public void OnAnswer(NodeId node, ReadOnlySpan<byte> answer)
    {
    }

    public void OnDone(bool isComplete) => action();
}
