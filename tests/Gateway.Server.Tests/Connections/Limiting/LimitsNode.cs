using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Gateway.Server.Accounts;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Operations;
using Gateway.Server.Tests.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Server.Tests.Connections.Limiting;

/// <summary>The whole server in this process, on a port of its own, with a configuration file that a test may write to while it runs.</summary>
internal sealed class LimitsNode : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _app;

    private LimitsNode(string configuration, string[] args)
    {
        File.WriteAllText(ConfigurationFile, configuration);
        _app = NodeApplication.Build(
            StartArguments.Parse(
            [
                "--port=0", "--address=127.0.0.1", $"--data={Path.Combine(_folder.Path, "data")}", $"--config={ConfigurationFile}", "--Logging:LogLevel:Default=None",
                "--Gateway:Connections:AllowAnonymous=true", "--Gateway:Transcoding:Workers=0", "--Gateway:Rooms:Kinds:open:Join=anyone", .. args,
            ]),
            Program.AddParts,
            Program.MapParts);
    }

    public string ConfigurationFile => Path.Combine(_folder.Path, "gateway.json");

    public Uri Address => new(_app.Urls.First());

    public ConnectionLimits InForce => _app.Services.GetRequiredService<LiveLimits>().Values;

    public static async Task<LimitsNode> StartAsync(string configuration = "{}", params string[] args)
    {
        var node = new LimitsNode(configuration, args);
        await node._app.StartAsync(TestContext.Current.CancellationToken);
        return node;
    }

    /// <summary>A client for HTTP with a token of these roles.</summary>
    public HttpClient SignIn(params string[] roles) => SignIn("ann", roles);

    /// <summary>The same for another user.</summary>
    public HttpClient SignIn(string user, string[] roles)
    {
        var token = _app.Services.GetRequiredService<AccessTokens>().Issue(new User(user, user, "", "", roles, default, default), out _);
        var http = new HttpClient { BaseAddress = Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    /// <summary>Writes the configuration file and has everything read anew, as the watch on the file does.</summary>
    public void Write(string configuration)
    {
        File.WriteAllText(ConfigurationFile, configuration);
        Reload();
    }

    public void Reload() => ((IConfigurationRoot)_app.Services.GetRequiredService<IConfiguration>()).Reload();

    public async Task<ClientWebSocket> ConnectAsync()
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("gateway.v1.json");
        await socket.ConnectAsync(new UriBuilder(Address) { Scheme = "ws", Path = "/ws" }.Uri, TestContext.Current.CancellationToken);
        await AskAsync(socket, "[1,1]");
        return socket;
    }

    /// <summary>Sends frames and gives back what comes next.</summary>
    public static async Task<string> AskAsync(ClientWebSocket socket, string frames)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(frames), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
        return await ReadAsync(socket);
    }

    /// <summary>The next message, or the close code.</summary>
    public static async Task<string> ReadAsync(ClientWebSocket socket)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        var buffer = new byte[16 * 1024];
        var received = await socket.ReceiveAsync(buffer, patience.Token);
        return received.MessageType == WebSocketMessageType.Close ? $"closed {(int?)received.CloseStatus}" : Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    public static async Task<HttpResponseMessage> PatchAsync(HttpClient http, string body, string type = "application/json") =>
        await http.PatchAsync(new Uri("/admin/limits", UriKind.Relative), new StringContent(body, Encoding.UTF8, type), TestContext.Current.CancellationToken);

    public static async Task<JsonElement> ReadJsonAsync(HttpResponseMessage response)
    {
        await using var content = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var document = await JsonDocument.ParseAsync(content, cancellationToken: TestContext.Current.CancellationToken);
        return document.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _app.StopAsync(new CancellationToken(canceled: true));
        }
        catch (Exception e) when (e is OperationCanceledException or AggregateException)
        {
            // Nobody waits for a drain.
        }

        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
