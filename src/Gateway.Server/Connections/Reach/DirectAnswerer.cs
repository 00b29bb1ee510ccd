using System.Text;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Cluster.Asking;

namespace Gateway.Server.Connections.Reach;

/// <summary>Gives other nodes' messages to the users' connections here.</summary>
internal sealed class DirectAnswerer(ConnectionNode node) : INodeAnswerer
{
    public QuestionKind Kind => QuestionKind.Direct;

    public void Take(ReadOnlySpan<byte> body, Question question)
    {
        var reader = new MessagePackReader(body);
        if (reader.TryReadArrayHeader(out var count) && count >= 2 && reader.TryReadString(out var user) && user.Length <= FrameLimits.MaxNameBytes && reader.TryReadBinary(out var frame)
            && node.TryRelayTo(new DirectMessage(Encoding.UTF8.GetString(user), frame.ToArray(), new Reply(question), 0)))
        {
            return;
        }

        question.Reply(IDirectSender.Unavailable);
    }

    private sealed class Reply(Question question) : IDirectSender
    {
        public void OnSent(int id, int count) => question.Reply(count);
    }
}
