using System.Text;
using System.Text.Unicode;
using Gateway.Nats;
using Gateway.Protocol.Frames;
using Gateway.Server.Connections;
using Gateway.Server.Operations.Messaging;

namespace Gateway.Server.Backends.Publishing;

/// <summary>Takes <c>gateway.publish.user.{id}</c> from NATS: a direct message to all connections of a user. On the connection's read loop; never waits.</summary>
/// <remarks>At most once, as all direct messages: what must not be lost is published to the room <c>user:{id}</c>.</remarks>
internal sealed class UserIntake(
    string prefix, UserSender sender, NatsAnswers answers, BackendsMetrics metrics, IntakeSeat seat, int maxPending, ILogger log) : INatsMessageHandler, IDisposable
{
    private const string Kind = "user";

    private readonly int _prefixLength = prefix.Length;
    private readonly PayloadTranslator _translator = new();

    public void OnMessage(in NatsMessage message)
    {
        var fields = PublishFields.Read(message.Headers);
        var isKnown = fields.TryFormats(out var format, out var answerFormat);
        Span<byte> id = stackalloc byte[FrameLimits.MaxNameBytes];
        if (!seat.IsTaken)
            Refuse(message, answerFormat, ErrorCode.Unavailable, ErrorCode.Unavailable.Sentence());
        else if (!SubjectEscape.TryUnescape(message.Subject[_prefixLength..], id, out var length) || length == 0 || !Utf8.IsValid(id[..length]))
            Refuse(message, answerFormat, ErrorCode.InvalidField, "The user has 1 to 128 bytes of UTF-8.");
        else if (!isKnown)
            Refuse(message, answerFormat, ErrorCode.InvalidField, "The Content-Type is application/json or application/msgpack.");
        else if (fields.Check() is { } sentence)
            Refuse(message, answerFormat, ErrorCode.InvalidField, sentence);
        else if (message.Payload.Length > sender.MaxPayloadBytes)
            Refuse(message, answerFormat, ErrorCode.TooLarge, ErrorCode.TooLarge.Sentence());
        else if (!_translator.TryToMessagePack(format, message.Payload, out var payload))
            Refuse(message, answerFormat, ErrorCode.Malformed, "The payload is not one value of its Content-Type.");
        else if (payload.Length > sender.MaxPayloadBytes)
            Refuse(message, answerFormat, ErrorCode.TooLarge, ErrorCode.TooLarge.Sentence());
        else
            Send(message, Encoding.UTF8.GetString(id[..length]), fields, payload, answerFormat);
    }

    public void Dispose() => _translator.Dispose();

    private void Send(in NatsMessage message, string user, in PublishFields fields, ReadOnlySpan<byte> payload, PayloadFormat answerFormat)
    {
        var ack = new UserAck(answers, metrics, answerFormat, message.ReplyTo.ToArray());
        if (metrics.Enter() > maxPending || !sender.TrySend(user, fields, payload, ack))
        {
            metrics.Leave();
            Refuse(message, answerFormat, ErrorCode.Overloaded, ErrorCode.Overloaded.Sentence());
        }
    }

    private void Refuse(in NatsMessage message, PayloadFormat format, ErrorCode code, string sentence)
    {
        metrics.Count(Kind, code);
        if (log.IsEnabled(LogLevel.Debug))
            Log.MessageRefused(log, Encoding.UTF8.GetString(message.Subject), code, sentence);
        answers.Error(message.ReplyTo, format, code, sentence);
    }

    /// <summary>Answers when the user's lane has sent.</summary>
    private sealed class UserAck(NatsAnswers answers, BackendsMetrics metrics, PayloadFormat format, byte[] replyTo) : IDirectSender
    {
        public void OnSent(int id, int count)
        {
            var code = DirectErrors.Of(count);
            if (count > 0)
                answers.Connections(replyTo, format, count);
            else
                answers.Error(replyTo, format, code, code.Sentence());
            metrics.Count(Kind, code);
            metrics.Leave();
        }
    }
}
