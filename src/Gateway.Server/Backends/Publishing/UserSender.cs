using System.Buffers;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Connections;

namespace Gateway.Server.Backends.Publishing;

/// <summary>Sends to all connections of a user for backends, whichever way they came. Any thread.</summary>
internal sealed class UserSender(ConnectionNode node, TimeProvider time)
{
    public int MaxPayloadBytes => node.Limits.MaxPayloadBytes;

    /// <param name="payload">One valid MessagePack value within the limit.</param>
    /// <returns>False: there is no place for more; the sender hears nothing.</returns>
    public bool TrySend(string user, in PublishFields fields, ReadOnlySpan<byte> payload, IDirectSender sender)
    {
        var output = new ArrayBufferWriter<byte>(payload.Length + 64);
        var writer = new MessagePackWriter(output);
        new DirectFrame { Sender = fields.Sender, Event = fields.Event, Payload = payload, Time = time.GetUtcNow().ToUnixTimeMilliseconds() }.Write(ref writer);
        writer.Flush();
        return node.TrySendTo(new DirectMessage(user, output.WrittenSpan.ToArray(), sender, 0));
    }
}
