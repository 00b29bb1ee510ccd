using Gateway.Nats;
using Gateway.Protocol.Frames;

namespace Gateway.Server.Backends.Publishing;

/// <summary>Takes <c>gateway.publish.room.{room}</c> from NATS and hands each message to its room's lane.</summary>
/// <remarks>
/// <para>On the connection's read loop, one message after the other, so order per connection of a backend is the room's order (in a cluster too: <see cref="PublishDoor"/>). Never waits: a room
/// or lane without place answers <c>overloaded</c>, and so does this when <c>MaxPendingPublishes</c> wait.</para>
/// <para>Hot path: no allocation per message; measured by BackendPublishAllocationTests.</para>
/// </remarks>
internal sealed class RoomIntake(
    string prefix, BackendPublisher publisher, NatsAnswers answers, BackendsMetrics metrics, IntakeSeat seat, int maxPending, ILogger log) : INatsMessageHandler, IDisposable
{
    private const string Kind = "room";
    private const int MaxKnownRooms = 16_384;

    private readonly int _prefixLength = prefix.Length;
    private readonly RoomNameCache _rooms = new(publisher.Kinds, MaxKnownRooms);
    private readonly PayloadTranslator _translator = new();

    public void OnMessage(in NatsMessage message)
    {
        var fields = PublishFields.Read(message.Headers);
        var isKnown = fields.TryFormats(out var format, out var answerFormat);
        if (!seat.IsTaken)
            Refuse(message, answerFormat, ErrorCode.Unavailable, ErrorCode.Unavailable.Sentence());
        else if (_rooms.Find(message.Subject[_prefixLength..]) is not { } room)
            Refuse(message, answerFormat, ErrorCode.InvalidRoom, ErrorCode.InvalidRoom.Sentence());
        else if (!isKnown)
            Refuse(message, answerFormat, ErrorCode.InvalidField, "The Content-Type is application/json or application/msgpack.");
        else if (fields.Check() is { } sentence)
            Refuse(message, answerFormat, ErrorCode.InvalidField, sentence);
        else if (message.Payload.Length > publisher.MaxPayloadBytes)
            Refuse(message, answerFormat, ErrorCode.TooLarge, ErrorCode.TooLarge.Sentence());
        else if (!_translator.TryToMessagePack(format, message.Payload, out var payload))
            Refuse(message, answerFormat, ErrorCode.Malformed, "The payload is not one value of its Content-Type.");
        else if (payload.Length > publisher.MaxPayloadBytes)
            Refuse(message, answerFormat, ErrorCode.TooLarge, ErrorCode.TooLarge.Sentence());
        else
            Publish(message, room, fields, payload, answerFormat);
    }

    public void Dispose() => _translator.Dispose();

    private void Publish(in NatsMessage message, string room, in PublishFields fields, ReadOnlySpan<byte> payload, PayloadFormat answerFormat)
    {
        if (metrics.Enter() > maxPending)
        {
            metrics.Leave();
            Refuse(message, answerFormat, ErrorCode.Overloaded, ErrorCode.Overloaded.Sentence());
            return;
        }

        publisher.Publish(room, fields, payload, PendingAck.Rent(answers, metrics, answerFormat, message.ReplyTo), 0);
    }

    private void Refuse(in NatsMessage message, PayloadFormat format, ErrorCode code, string sentence)
    {
        metrics.Count(Kind, code);
        if (log.IsEnabled(LogLevel.Debug))
            Log.MessageRefused(log, System.Text.Encoding.UTF8.GetString(message.Subject), code, sentence);
        answers.Error(message.ReplyTo, format, code, sentence);
    }
}
