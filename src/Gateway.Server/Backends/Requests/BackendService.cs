using System.Globalization;
using Gateway.Nats;
using Gateway.Protocol.Frames;
using Gateway.Server.Connections;
using Gateway.Server.Rooms;

namespace Gateway.Server.Backends.Requests;

/// <summary>
/// A service that answers clients' requests over NATS, on <c>gateway.request.{service}</c>: whoever of its queue group is free. Any thread, many at a time.
/// </summary>
/// <remarks>The breaker counts time-outs only. A service that nobody runs is told by NATS at once, and one that comes back is used at once.</remarks>
internal sealed class BackendService : IRequestService
{
    // Of a refusal: for people, and not a way around the limit of an answer.
    private const int MaxSentenceLength = 512;

    private static readonly BoundedPool<PayloadTranslator> Translators = new(static () => new PayloadTranslator(), 16);

    private readonly string _subject;
    private readonly ServiceOptions _options;
    private readonly RoomRule _rule;
    private readonly NatsConnection _connection;
    private readonly BackendsMetrics _metrics;
    private int _pending;

    public BackendService(string name, string prefix, ServiceOptions options, NatsConnection connection, BackendsMetrics metrics, TimeProvider time, ILogger log)
    {
        Name = name;
        _subject = $"{prefix}.request.{name}";
        _options = options;
        _rule = RoomRule.Parse(options.Allow, out var error) ?? throw new ArgumentException(error, nameof(options));
        _connection = connection;
        _metrics = metrics;
        Breaker = new ServiceBreaker(options.BreakerFailures, options.BreakerPause, time, isOpen =>
        {
            if (isOpen)
                Log.BreakerOpened(log, name, options.BreakerPause);
            else
                Log.BreakerClosed(log, name);
        });
    }

    public string Name { get; }

    public ServiceBreaker Breaker { get; }

    public async ValueTask<RequestAnswer> AnswerAsync(ServiceRequest request, CancellationToken cancellationToken)
    {
        var answer = await TryAnswerAsync(request, cancellationToken).ConfigureAwait(false);
        _metrics.Request(Name, answer.Error ?? ErrorCode.None);
        return answer;
    }

    private async ValueTask<RequestAnswer> TryAnswerAsync(ServiceRequest request, CancellationToken cancellationToken)
    {
        if (_rule.Evaluate(request.Caller, "service", Name, "request") != RoomRuleVerdict.Allowed)
            return Error(ErrorCode.Forbidden, $"you may not call the service '{Name}'");
        if (request.Payload.Length > _options.MaxRequestBytes)
            return Error(ErrorCode.TooLarge, $"the service '{Name}' takes at most {_options.MaxRequestBytes} bytes");
        if (_connection.Status != NatsStatus.Connected)
            return Error(ErrorCode.Unavailable, $"the service '{Name}' cannot be reached at this moment");
        if (Interlocked.Increment(ref _pending) > _options.MaxPendingRequests)
        {
            Interlocked.Decrement(ref _pending);
            return Error(ErrorCode.Overloaded, $"too many requests wait for the service '{Name}'");
        }

        try
        {
            return Breaker.TryEnter(out var isProbe)
                ? await AskAsync(request, isProbe, cancellationToken).ConfigureAwait(false)
                : Error(ErrorCode.Unavailable, $"the service '{Name}' does not answer at this moment");
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    // Says how it ended exactly once, whatever happens: a probe that did not would keep the breaker open for ever.
    private async ValueTask<RequestAnswer> AskAsync(ServiceRequest request, bool isProbe, CancellationToken cancellationToken)
    {
        var status = NatsRequestStatus.Closed;
        try
        {
            var payload = _options.Format == PayloadFormat.Json ? ToJson(request.Payload.Span) : request.Payload;
            var reply = await _connection.RequestAsync(_subject, payload, _options.Timeout, CallerHeaders.Of(request, _options), cancellationToken).ConfigureAwait(false);
            status = reply.Status;
            return reply switch
            {
                { Status: NatsRequestStatus.Replied, Message: { } message } => Read(message),
                { Status: NatsRequestStatus.NoResponders } => Error(ErrorCode.Unavailable, $"nobody runs the service '{Name}' at this moment"),
                { Status: NatsRequestStatus.TimedOut } => Error(ErrorCode.TimedOut, $"the service '{Name}' did not answer in time"),
                { Status: NatsRequestStatus.Refused, Refusal: NatsPublishResult.PayloadTooLarge } => Error(ErrorCode.TooLarge, "the payload is larger than NATS takes"),
                { Status: NatsRequestStatus.Refused } => Error(ErrorCode.Overloaded, "too much waits to be sent to the services"),
                _ => Error(ErrorCode.Unavailable, $"the service '{Name}' cannot be reached at this moment"),
            };
        }
        finally
        {
            if (status == NatsRequestStatus.Replied)
                Breaker.Succeed(isProbe);
            else if (status == NatsRequestStatus.TimedOut)
                Breaker.Fail(isProbe);
            else
                Breaker.Leave(isProbe);
        }
    }

    private RequestAnswer Read(NatsReceivedMessage message)
    {
        if (message.Headers?[NatsAnswers.ErrorCodeHeader] is { } code)
            return Error(CodeOf(code), SentenceOf(message.Headers[NatsAnswers.ErrorHeader]));
        if (message.Payload.Length > _options.MaxReplyBytes)
            return Error(ErrorCode.TooLarge, $"the answer of the service '{Name}' is over its limit");
        var type = message.Headers?["Content-Type"];
        PayloadFormat format;
        if (type is null)
            format = _options.Format;
        else if (!ContentTypes.TryParse(System.Text.Encoding.UTF8.GetBytes(type), out format))
            return Error(ErrorCode.RequestFailed, $"the answer of the service '{Name}' is of a type that the gateway does not know");
        var translator = Translators.Rent();
        try
        {
            return !translator.TryToMessagePack(format, message.Payload.Span, out var value)
                ? Error(ErrorCode.RequestFailed, $"the answer of the service '{Name}' is not one value of its Content-Type")
                : value.Length > _options.MaxReplyBytes
                    ? Error(ErrorCode.TooLarge, $"the answer of the service '{Name}' is over its limit")
                    : RequestAnswer.Of(value.ToArray());
        }
        finally
        {
            Translators.Return(translator);
        }
    }

    private static ReadOnlyMemory<byte> ToJson(ReadOnlySpan<byte> payload)
    {
        var translator = Translators.Rent();
        try
        {
            return translator.FromMessagePack(PayloadFormat.Json, payload).ToArray();
        }
        finally
        {
            Translators.Return(translator);
        }
    }

    private string SentenceOf(string? text) =>
        string.IsNullOrEmpty(text) ? $"the service '{Name}' refused the request" : text.Length <= MaxSentenceLength ? text : text[..MaxSentenceLength];

    // A service may use the codes of the protocol that are its to use; any other refusal is its own.
    private static ErrorCode CodeOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && (ErrorCode)number is (ErrorCode.InvalidField or ErrorCode.Forbidden or ErrorCode.TooLarge or ErrorCode.UnknownService or ErrorCode.Unavailable
            or ErrorCode.RateLimited or ErrorCode.Overloaded or ErrorCode.TimedOut) and var code
            ? code
            : ErrorCode.RequestFailed;

    private static RequestAnswer Error(ErrorCode code, string sentence) => new(default, code, sentence);
}
