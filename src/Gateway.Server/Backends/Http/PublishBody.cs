using System.Text;
using Gateway.Protocol.Frames;
using Gateway.Server.Backends.Api;
using Gateway.Server.Backends.Publishing;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Server.Backends.Http;

/// <summary>A message as a request brings it: the payload is the body, the rest headers as over NATS (with <c>Idempotency-Key</c> for <c>Nats-Msg-Id</c>).</summary>
internal sealed class PublishBody
{
    private readonly byte[] _event;
    private readonly byte[] _sender;
    private readonly byte[] _idempotencyKey;
    private readonly byte[] _conflationKey;
    private byte[] _payload = [];

    private PublishBody(IHeaderDictionary headers)
    {
        _event = headers[PublishFields.EventHeader] is [{ } name, ..] ? Encoding.UTF8.GetBytes(name) : "message"u8.ToArray();
        _sender = Bytes(headers[PublishFields.SenderHeader]);
        _idempotencyKey = Bytes(headers["Idempotency-Key"]);
        _conflationKey = Bytes(headers[PublishFields.ConflationKeyHeader]);
    }

    /// <summary>Why it cannot be published; null: it can.</summary>
    public ApiAnswer? Problem { get; private set; }

    public PublishFields Fields => new() { Event = _event, Sender = _sender, IdempotencyKey = _idempotencyKey, ConflationKey = _conflationKey };

    /// <summary>One MessagePack value.</summary>
    public ReadOnlySpan<byte> Payload => _payload;

    public static async Task<PublishBody> ReadAsync(HttpContext context, int maxBytes, CancellationToken cancellationToken)
    {
        var body = new PublishBody(context.Request.Headers);
        body.Problem = await body.TryReadAsync(context, maxBytes, cancellationToken);
        return body;
    }

    private static byte[] Bytes(string? value) => value is null ? [] : Encoding.UTF8.GetBytes(value);

    private async Task<ApiAnswer?> TryReadAsync(HttpContext context, int maxBytes, CancellationToken cancellationToken)
    {
        if (!ContentTypes.TryParse(Bytes(context.Request.ContentType), out var format))
            return ApiAnswer.Failed(ErrorCode.InvalidField, "The Content-Type is application/json or application/msgpack.");
        if (Fields.Check() is { } sentence)
            return ApiAnswer.Failed(ErrorCode.InvalidField, sentence);
        if (context.Request.ContentLength > maxBytes)
            return ApiAnswer.Failed(ErrorCode.TooLarge);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maxBytes;
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, cancellationToken);
        if (buffer.Length > maxBytes)
            return ApiAnswer.Failed(ErrorCode.TooLarge);
        return Translate(format, buffer, maxBytes);
    }

    private ApiAnswer? Translate(PayloadFormat format, MemoryStream body, int maxBytes)
    {
        using var translator = new PayloadTranslator();
        if (!translator.TryToMessagePack(format, body.GetBuffer().AsSpan(0, (int)body.Length), out var value))
            return ApiAnswer.Failed(ErrorCode.Malformed, "The body is not one value of its Content-Type.");
        if (value.Length > maxBytes)
            return ApiAnswer.Failed(ErrorCode.TooLarge);
        _payload = value.ToArray();
        return null;
    }
}
