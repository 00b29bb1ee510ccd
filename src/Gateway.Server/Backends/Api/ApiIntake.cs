using System.Text;
using System.Text.Unicode;
using System.Threading.Channels;
using Gateway.Nats;
using Gateway.Protocol.Frames;
using Gateway.Server.Backends.Publishing;
using Gateway.Server.Operations.Messaging;

namespace Gateway.Server.Backends.Api;

/// <summary>
/// Takes <c>gateway.api.&gt;</c> from NATS. The read loop only puts calls into a bounded queue, full is answered <c>overloaded</c>; a few workers answer them.
/// </summary>
internal sealed class ApiIntake(string prefix, BackendApi api, NatsAnswers answers, BackendsMetrics metrics, BackendsOptions options, ILogger log) : INatsMessageHandler, IAsyncDisposable
{
    private const string Kind = "api";

    private readonly int _prefixLength = prefix.Length;
    private readonly PayloadTranslator _translator = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<ApiCall> _calls = Channel.CreateBounded<ApiCall>(options.MaxPendingCalls);
    private Task[] _workers = [];

    public void Start() => _workers = [.. Enumerable.Range(0, options.MaxConcurrentCalls).Select(_ => Task.Run(WorkAsync))];

    public void OnMessage(in NatsMessage message)
    {
        // An order or question that nobody hears the answer of is taken all the same: disconnecting needs none.
        var fields = PublishFields.Read(message.Headers);
        var isKnown = fields.TryFormats(out var format, out var answerFormat);
        if (!isKnown)
            Answer(message.ReplyTo, answerFormat, ApiAnswer.Failed(ErrorCode.InvalidField, "The Content-Type is application/json or application/msgpack."));
        else if (!_translator.TryToMessagePack(format, message.Payload, out var body))
            Answer(message.ReplyTo, answerFormat, ApiAnswer.Failed(ErrorCode.Malformed, "The body is not one value of its Content-Type."));
        else if (!_calls.Writer.TryWrite(new ApiCall(
            Encoding.UTF8.GetString(message.Subject), message.Subject[_prefixLength..].ToArray(), body.ToArray(), message.ReplyTo.ToArray(), answerFormat)))
            Answer(message.ReplyTo, answerFormat, ApiAnswer.Failed(ErrorCode.Overloaded));
    }

    /// <summary>Answers what has been taken, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _calls.Writer.TryComplete();
        _stopping.CancelAfter(TimeSpan.FromSeconds(5));
        await Task.WhenAll(_workers);
        _stopping.Dispose();
        _translator.Dispose();
    }

    private async Task WorkAsync()
    {
        using var translator = new PayloadTranslator();
        await foreach (var call in _calls.Reader.ReadAllAsync())
        {
            try
            {
                Answer(call, await DoAsync(call), translator);
            }
            catch (OperationCanceledException)
            {
                Answer(call.ReplyTo, call.Format, ApiAnswer.Failed(ErrorCode.GoingAway));
            }
            catch (Exception exception)
            {
                // Also what cannot be translated: a worker that ended would not be replaced, and would fail the stop.
                Log.CallFailed(log, call.Subject, exception);
                Answer(call.ReplyTo, call.Format, ApiAnswer.Failed(ErrorCode.Internal));
            }
        }
    }

    private async ValueTask<ApiAnswer> DoAsync(ApiCall call)
    {
        if (ApiArguments.TryRead(call.Body) is not { } arguments)
            return ApiAnswer.Failed(ErrorCode.InvalidField, "The body is a map; after is an offset, limit 1 to 1000, users at most 256 names.");
        if (call.Target.AsSpan().SequenceEqual("node"u8))
            return api.Node();
        if (call.Target.AsSpan().SequenceEqual("nodes"u8))
            return await api.NodesAsync(_stopping.Token);
        if (TryName(call.Target, "presence."u8, out var name))
            return await api.PresenceAsync(name, arguments, _stopping.Token);
        if (TryName(call.Target, "history."u8, out name))
            return await api.HistoryAsync(name, arguments, _stopping.Token);
        if (TryName(call.Target, "room."u8, out name))
            return await api.RoomAsync(name, _stopping.Token);
        if (TryName(call.Target, "disconnect.user."u8, out name))
            return await api.DisconnectUserAsync(name, _stopping.Token);
        return TryName(call.Target, "disconnect.connection."u8, out name)
            ? await api.DisconnectConnectionAsync(name, _stopping.Token)
            : ApiAnswer.Failed(ErrorCode.UnknownOp, "There is no such call.");
    }

    private static bool TryName(ReadOnlySpan<byte> target, ReadOnlySpan<byte> call, out string name)
    {
        Span<byte> bytes = stackalloc byte[FrameLimits.MaxRoomBytes];
        if (target.StartsWith(call) && SubjectEscape.TryUnescape(target[call.Length..], bytes, out var length) && length > 0 && Utf8.IsValid(bytes[..length]))
        {
            name = Encoding.UTF8.GetString(bytes[..length]);
            return true;
        }

        name = "";
        return false;
    }

    private void Answer(ApiCall call, ApiAnswer answer, PayloadTranslator translator)
    {
        if (answer.Error != ErrorCode.None)
        {
            Answer(call.ReplyTo, call.Format, answer);
            return;
        }

        var body = translator.FromMessagePack(call.Format, answer.Value.Span);
        metrics.Count(Kind, ErrorCode.None);
        answers.Body(call.ReplyTo, call.Format, body);
    }

    private void Answer(ReadOnlySpan<byte> replyTo, PayloadFormat format, ApiAnswer answer)
    {
        metrics.Count(Kind, answer.Error);
        answers.Error(replyTo, format, answer.Error, answer.Sentence);
    }
}
