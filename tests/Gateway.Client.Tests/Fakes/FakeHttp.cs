using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Client.Tests.Fakes;

/// <summary>The HTTP side of a gateway as the tests need it: accounts, resumable uploads that can break, downloads; WebSockets are handed to the test.</summary>
internal sealed class FakeHttp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<FakeConnection> _accepted = Channel.CreateUnbounded<FakeConnection>();
    private readonly MemoryStream _uploaded = new();
    private int _tokens;

    private FakeHttp(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = new("http://localhost");

    /// <summary>Every request, as method and path.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>After how many bytes of an upload the connection is cut; taken one by one.</summary>
    public Queue<int> CutUploadAfter { get; } = new();

    /// <summary>What a download gives; null says that the job has not ended.</summary>
    public byte[]? Result { get; set; }

    /// <summary>How long a token lasts.</summary>
    public int TokenSeconds { get; set; } = 600;

    public byte[] Uploaded => _uploaded.ToArray();

    /// <summary>What the announcement said.</summary>
    public long AnnouncedSize { get; private set; }

    public static async Task<FakeHttp> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var fake = new FakeHttp(app);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        app.Run(fake.HandleAsync);
        await app.StartAsync();
        fake.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return fake;
    }

    public Task<FakeConnection> AcceptAsync() => _accepted.Reader.ReadAsync().AsTask().WaitAsync(FakeGateway.Patience);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _uploaded.DisposeAsync();
    }

    private Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        Requests.Enqueue($"{context.Request.Method} {path}");
        return (context.Request.Method, path) switch
        {
            (_, "/ws") => AcceptAsync(context),
            ("POST", "/auth/register" or "/auth/login" or "/auth/refresh") => SignInAsync(context),
            ("POST", "/upload") => AnnounceAsync(context),
            ("PATCH", "/upload/job-1") => UploadAsync(context),
            ("HEAD", "/upload/job-1") => AskAsync(context),
            ("GET", "/jobs/job-1/download") => DownloadAsync(context),
            ("GET" or "DELETE", "/jobs/job-1") => context.Response.WriteAsJsonAsync(Job("running")),
            _ => RefuseAsync(context, 404, "not-found", "There is no such thing."),
        };
    }

    private async Task AcceptAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync("gateway.v1.msgpack");
        var connection = new FakeConnection(socket, "gateway.v1.msgpack", context.Abort);
        await _accepted.Writer.WriteAsync(connection);
        await connection.Ended;
    }

    private Task SignInAsync(HttpContext context)
    {
        var number = Interlocked.Increment(ref _tokens).ToString(CultureInfo.InvariantCulture);
        return context.Response.WriteAsJsonAsync(new
        {
            accessToken = "token-" + number,
            expiresIn = TokenSeconds,
            refreshToken = "refresh-" + number,
            user = new { id = "u-1", roles = Array.Empty<string>() },
        });
    }

    private async Task AnnounceAsync(HttpContext context)
    {
        var body = await context.Request.ReadFromJsonAsync<Dictionary<string, object?>>();
        AnnouncedSize = long.Parse(body!["size"]!.ToString()!, CultureInfo.InvariantCulture);
        context.Response.StatusCode = 201;
        await context.Response.WriteAsJsonAsync(new { id = "job-1", location = "/upload/job-1", offset = 0, size = AnnouncedSize });
    }

    private async Task UploadAsync(HttpContext context)
    {
        var offset = long.Parse(context.Request.Headers["Upload-Offset"].ToString(), CultureInfo.InvariantCulture);
        if (offset != _uploaded.Length)
        {
            await RefuseAsync(context, 409, "offset-mismatch", "Elsewhere.");
            return;
        }

        var limit = CutUploadAfter.TryDequeue(out var cut) ? cut : int.MaxValue;
        var buffer = new byte[8192];
        while (true)
        {
            var read = await context.Request.Body.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, limit)));
            if (read == 0)
                break;
            _uploaded.Write(buffer, 0, read);
            limit -= read;
            if (limit == 0)
            {
                context.Abort();
                return;
            }
        }

        context.Response.StatusCode = 201;
        await context.Response.WriteAsJsonAsync(Job("queued"));
    }

    private Task AskAsync(HttpContext context)
    {
        context.Response.Headers["Upload-Offset"] = _uploaded.Length.ToString(CultureInfo.InvariantCulture);
        if (_uploaded.Length == AnnouncedSize)
            context.Response.Headers.Location = "/jobs/job-1";
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private async Task DownloadAsync(HttpContext context)
    {
        if (Result is { } bytes)
            await context.Response.Body.WriteAsync(bytes);
        else
            await RefuseAsync(context, 409, "job-not-finished", "The job is running.");
    }

    private static Task RefuseAsync(HttpContext context, int status, string code, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { title = "No", status, detail, code }, options: null, contentType: "application/problem+json");
    }

    private object Job(string status) => new
    {
        id = "job-1",
        filename = "clip.mp4",
        preset = "mp4-720p",
        status,
        attempt = 0,
        progress = 0,
        inputBytes = _uploaded.Length,
        createdAt = DateTimeOffset.UnixEpoch,
    };
}
