using System.Buffers;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Nats;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Backends;

/// <summary>A real gateway beside a real nats-server, a backend's connection to that, and an API key.</summary>
internal sealed class BackendNode : IAsyncDisposable
{
    public const string ApiKey = "end-to-end-0123456789-0123456789-abc";
    public const string ReaderKey = "read-only-0123456789-0123456789-abcd";

    // As deep as answers may be, with room to spare: how deep they are is for the tests to say.
    private static readonly JsonDocumentOptions DeepJson = new() { MaxDepth = 256 };
    private readonly JsonTranscoder _transcoder = new(FrameLimits.MaxFrameDepth);

    private BackendNode(NatsServerProcess nats, GatewayProcess server, NatsConnection backend)
    {
        Nats = nats;
        Server = server;
        Backend = backend;
        Http = ServerHttp.Create(server);
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
    }

    public NatsServerProcess Nats { get; }

    public GatewayProcess Server { get; }

    public NatsConnection Backend { get; }

    /// <summary>With the API key.</summary>
    public HttpClient Http { get; }

    public static async Task<BackendNode> StartAsync(CancellationToken cancellationToken, params string[] settings)
    {
        var nats = await NatsServerProcess.StartAsync(new NatsServerSettings(), cancellationToken);
        var server = await TestServers.StartOwnAsync(
        [
            "--Gateway:Nats:Url=" + nats.Url,
            "--Gateway:Limits:MessagesPerSecond=0", "--Gateway:Limits:MaxPayloadBytes=4096", "--Gateway:Limits:MaxPendingRequests=1000", "--Gateway:Limits:DrainGrace=00:00:00.100",
            "--Gateway:Backends:ApiKeys:test:Hash=" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(ApiKey))),
            "--Gateway:Backends:ApiKeys:test:Scopes=Publish,Read,Disconnect",
            "--Gateway:Backends:ApiKeys:reader:Key=" + ReaderKey,
            "--Gateway:Backends:ApiKeys:reader:Scopes=Read",
            .. settings,
        ]);
        var backend = new NatsConnection(new NatsOptions { Servers = [nats.Url], RequestTimeout = TimeSpan.FromSeconds(30) });
        await backend.ConnectAsync(cancellationToken);
        var node = new BackendNode(nats, server, backend);
        await node.ReadyAsync(cancellationToken);
        return node;
    }

    /// <summary>Until the gateway's own connection is up and its subjects are open.</summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var time = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((await Backend.RequestAsync("gateway.api.node", default, cancellationToken: cancellationToken)).Status != NatsRequestStatus.Replied)
            await time.WaitForNextTickAsync(cancellationToken);
    }

    /// <summary>Publishes or calls, and gives the answer as JSON, whichever format it came in.</summary>
    public async Task<JsonElement> AskAsync(string subject, byte[] payload, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        var all = new NatsHeaders();
        foreach (var (name, value) in headers)
            all.Add(name, value);
        var reply = await Backend.RequestAsync(subject, payload, headers: headers.Length == 0 ? null : all, cancellationToken: cancellationToken);
        Assert.Equal(NatsRequestStatus.Replied, reply.Status);
        var answer = ToJson(reply.Message!.Headers!["Content-Type"], reply.Message.Payload.Span);
        Assert.Equal(answer.TryGetProperty("code", out var code) ? code.GetRawText() : null, reply.Message.Headers["Nats-Service-Error-Code"]);
        return answer;
    }

    public Task<JsonElement> AskAsync(string subject, string json, CancellationToken cancellationToken, params (string Name, string Value)[] headers) =>
        AskAsync(subject, Encoding.UTF8.GetBytes(json), cancellationToken, headers);

    /// <summary>The same over HTTP; the status is added to the answer as <c>status</c> for errors.</summary>
    public async Task<JsonElement> PostAsync(string path, byte[] payload, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(payload) };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request, cancellationToken);
        return ToJson(response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        JsonElement.Parse(await Http.GetByteArrayAsync(path, cancellationToken), DeepJson);

    public byte[] ToMessagePack(string json)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(JsonTranscodeStatus.Success, _transcoder.ToMessagePack(Encoding.UTF8.GetBytes(json), output, out _));
        return output.WrittenSpan.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        _transcoder.Dispose();
        Http.Dispose();
        await Backend.DisposeAsync();
        await Server.DisposeAsync();
        await Nats.DisposeAsync();
    }

    private JsonElement ToJson(string? contentType, ReadOnlySpan<byte> body)
    {
        if (contentType != "application/msgpack")
            return JsonElement.Parse(body, DeepJson);
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(JsonTranscodeStatus.Success, _transcoder.ToJson(body, output, out _));
        return JsonElement.Parse(output.WrittenSpan, DeepJson);
    }
}
