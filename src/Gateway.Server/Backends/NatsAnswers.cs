using System.Globalization;
using Gateway.Nats;
using Gateway.Protocol.Frames;
using Gateway.Server.Rooms;

namespace Gateway.Server.Backends;

/// <summary>Answers messages of backends over NATS. Any thread; never waits. Hot path: an acknowledgement allocates nothing.</summary>
/// <remarks>An answer that the connection has no place for is dropped and counted: whoever waits for it runs into its time-out and asks again, with its key.</remarks>
internal sealed class NatsAnswers(NatsConnection connection, BackendsMetrics metrics)
{
    public const string ErrorCodeHeader = "Nats-Service-Error-Code";
    public const string ErrorHeader = "Nats-Service-Error";

    private static readonly byte[] JsonHeaders = new NatsHeaders().Add("Content-Type", ContentTypes.Json).Encode().ToArray();
    private static readonly byte[] MessagePackHeaders = new NatsHeaders().Add("Content-Type", ContentTypes.MessagePack).Encode().ToArray();

    public void Ack(ReadOnlySpan<byte> replyTo, PayloadFormat format, PublishResult result)
    {
        if (replyTo.IsEmpty)
            return;
        Span<byte> body = stackalloc byte[AnswerWriter.MaxBytes];
        Send(replyTo, HeadersOf(format), body[..AnswerWriter.WriteAck(body, format, result)]);
    }

    public void Connections(ReadOnlySpan<byte> replyTo, PayloadFormat format, int count)
    {
        if (replyTo.IsEmpty)
            return;
        Span<byte> body = stackalloc byte[AnswerWriter.MaxBytes];
        Send(replyTo, HeadersOf(format), body[..AnswerWriter.WriteConnections(body, format, count)]);
    }

    /// <summary>The body of a call's answer, already in its format. One that is larger than the NATS server takes becomes an error that says so.</summary>
    public void Body(ReadOnlySpan<byte> replyTo, PayloadFormat format, ReadOnlySpan<byte> body)
    {
        if (replyTo.IsEmpty)
            return;
        var result = connection.Publish(replyTo, body, headers: HeadersOf(format));
        if (result == NatsPublishResult.PayloadTooLarge)
            Error(replyTo, format, ErrorCode.TooLarge, "The answer is larger than the NATS server takes; ask for less.");
        else if (result != NatsPublishResult.Accepted)
            metrics.AnswerDropped();
    }

    public void Error(ReadOnlySpan<byte> replyTo, PayloadFormat format, ErrorCode code, string sentence)
    {
        if (replyTo.IsEmpty)
            return;
        Span<byte> body = stackalloc byte[AnswerWriter.MaxBytes];
        var headers = new NatsHeaders()
            .Add("Content-Type", ContentTypes.Of(format))
            .Add(ErrorCodeHeader, ((int)code).ToString(CultureInfo.InvariantCulture))
            .Add(ErrorHeader, code.Name());
        Send(replyTo, headers.Encode(), body[..AnswerWriter.WriteError(body, format, code, sentence)]);
    }

    private static byte[] HeadersOf(PayloadFormat format) => format == PayloadFormat.Json ? JsonHeaders : MessagePackHeaders;

    private void Send(ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> body)
    {
        if (connection.Publish(replyTo, body, headers: headers) is not NatsPublishResult.Accepted)
            metrics.AnswerDropped();
    }
}
