using Gateway.Protocol.MessagePack;

namespace Gateway.Server.Cluster.Asking;

/// <summary>Another node's question, on its way to whoever can answer it.</summary>
internal sealed class Question(NodeAsking asking, string replyTo, long id)
{
    /// <param name="answer">One MessagePack value.</param>
    public void Reply(ReadOnlySpan<byte> answer) => asking.Reply(replyTo, id, answer);

    public void Reply(int number)
    {
        Span<byte> bytes = stackalloc byte[16];
        var writer = new MessagePackWriter(bytes);
        writer.WriteInt(number);
        Reply(bytes[..(int)writer.Written]);
    }
}
