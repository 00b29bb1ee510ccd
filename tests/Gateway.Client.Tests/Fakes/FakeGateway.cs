using System.Net;
using System.Net.WebSockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Client.Tests.Fakes;

/// <summary>A server on a real loopback socket that does nothing by itself: the test takes each connection and says what it sends.</summary>
internal sealed class FakeGateway : IAsyncDisposable
{
    /// <summary>How long a test waits for something that should happen at once. Only a broken test ever waits this long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly WebApplication _app;
    private readonly Channel<FakeConnection> _accepted = Channel.CreateUnbounded<FakeConnection>();
    private readonly CancellationTokenSource _stop = new();

    private FakeGateway(WebApplication app) => _app = app;

    public Uri Url { get; private set; } = new("ws://localhost");

    /// <summary>When set, handshakes are answered with this status instead.</summary>
    public int? RefuseWith { get; set; }

    public static async Task<FakeGateway> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var gateway = new FakeGateway(app);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        app.Run(gateway.HandleAsync);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        gateway.Url = new Uri(address.Replace("http://", "ws://", StringComparison.Ordinal) + "/ws");
        return gateway;
    }

    /// <summary>The next connection, after its handshake.</summary>
    public Task<FakeConnection> AcceptAsync() => _accepted.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>The next connection, after hello and welcome.</summary>
    public async Task<FakeConnection> AcceptWelcomedAsync(long expiresAt = 0, long time = 0, int heartbeat = 30_000)
    {
        var connection = await AcceptAsync();
        await connection.WelcomeAsync(expiresAt, time, heartbeat);
        return connection;
    }

    /// <summary>Whether a connection waits to be taken by the test.</summary>
    public bool HasConnection => _accepted.Reader.Count > 0;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (RefuseWith is { } status || !context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = RefuseWith ?? 400;
            return;
        }

        var protocol = context.WebSockets.WebSocketRequestedProtocols[0];
        using var socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
        var connection = new FakeConnection(socket, protocol, context.Abort);
        await _accepted.Writer.WriteAsync(connection);
        using var stop = _stop.Token.Register(connection.Cut);
        await connection.Ended;
    }
}
