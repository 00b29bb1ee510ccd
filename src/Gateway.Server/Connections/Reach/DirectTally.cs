using Gateway.Protocol.MessagePack;
using Gateway.Server.Cluster;
using Gateway.Server.Cluster.Asking;

namespace Gateway.Server.Connections.Reach;

/// <summary>Counts the connections that a message to a user has reached.</summary>
internal sealed class DirectTally(DirectMessage message, int here) : IAnswerSink
{
    private int _count = here;
    private bool _isRefused;

    public void OnAnswer(NodeId node, ReadOnlySpan<byte> answer)
    {
        if (new MessagePackReader(answer).TryReadInt32(out var count) && count >= 0)
            _count += count;
        else
            _isRefused = true;
    }

    // One that reached somebody is not to be sent again, whoever did not answer.
    public void OnDone(bool isComplete) => message.Sender?.OnSent(message.Id, _count > 0 || (isComplete && !_isRefused) ? _count : IDirectSender.Unavailable);
}
