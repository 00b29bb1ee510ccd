using System.Buffers;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Cluster.Asking;

namespace Gateway.Server.Connections.Reach;

/// <summary>Sends messages to users on to all other nodes of the cluster, which answer how many they reached. Why to all: <see cref="NodeAsking"/>.</summary>
/// <remarks>
/// A sender's messages to a user keep their order: all go through the user's home lane here, the one subject of all nodes, and his home lane there. Each connection is given a message once at most,
/// because each is on one node, and nothing is sent twice.
/// </remarks>
internal sealed class ClusterUserRelay(NodeAsking asking) : IUserRelay
{
    public bool IsReachable => asking.IsReachable;

    public void Send(DirectMessage message, int count)
    {
        var body = new ArrayBufferWriter<byte>(message.Frame.Length + 64);
        var writer = new MessagePackWriter(body);
        writer.WriteArrayHeader(2);
        writer.WriteString(message.User);
        writer.WriteBinary(message.Frame);
        writer.Flush();
        var tally = new DirectTally(message, count);
        if (!asking.Ask(QuestionKind.Direct, body.WrittenSpan, tally))
            tally.OnDone(isComplete: false);
    }
}
