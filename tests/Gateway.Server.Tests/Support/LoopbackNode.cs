using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Server.Accounts;
using Gateway.Server.Http;
using Gateway.Server.Jobs;
using Gateway.Server.Rooms;
using Gateway.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Server.Tests.Support;

/// <summary>Accounts and jobs on a real port of this machine, with rooms that record. Without workers unless asked for.</summary>
internal sealed class LoopbackNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ScratchDirectory? _scratch;

    private LoopbackNode(WebApplication app, ScratchDirectory? scratch, RecordingRooms rooms)
    {
        _app = app;
        _scratch = scratch;
        Rooms = rooms;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromMinutes(2) };
    }

    public RecordingRooms Rooms { get; }

    /// <summary>Without a token.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public string DataDirectory => Services.GetRequiredService<DataDirectory>().Path;

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <param name="settings">Below <c>Gateway:</c>.</param>
    /// <param name="dataDirectory">One that stays; a fresh one of its own when null.</param>
    public static async Task<LoopbackNode> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? time = null, string? dataDirectory = null,
        Action<IServiceCollection>? services = null, RecordingRooms? rooms = null, ILoggerProvider? logs = null)
    {
        var scratch = dataDirectory is null ? new ScratchDirectory() : null;
        rooms ??= new RecordingRooms();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateway:DataDirectory"] = dataDirectory ?? Path.Combine(scratch!.Path, "data"),
            ["Gateway:Accounts:PasswordIterations"] = "1",
            ["Gateway:Jobs:MinFreeDiskBytes"] = "0",
            ["Gateway:Transcoding:Workers"] = "0",
        });
        builder.Configuration.AddInMemoryCollection((settings ?? new Dictionary<string, string?>()).Select(each => KeyValuePair.Create("Gateway:" + each.Key, each.Value)));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        if (logs is not null)
            builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs);
        if (time is not null)
            builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<IRoomPublisher>(rooms);
        builder.AddAccounts();
        builder.AddJobs();
        services?.Invoke(builder.Services);

        var app = builder.Build();
        try
        {
            app.UseProblems();
            app.MapAccounts();
            app.MapJobs();
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            scratch?.Dispose();
            throw;
        }

        return new LoopbackNode(app, scratch, rooms);
    }

    /// <summary>A client with the token of a new user.</summary>
    public async Task<HttpClient> SignUpAsync(string username = "ann")
    {
        using var response = await Client.PostAsJsonAsync("/auth/register", new { username, email = username + "@example.org", password = "correct horse" });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return WithToken((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!);
    }

    /// <summary>A client with a token of this server for somebody with these roles.</summary>
    public HttpClient SignInAs(string userId, params string[] roles) =>
        WithToken(Get<AccessTokens>().Issue(new User(userId, userId, "", "", roles, default, default), out _));

    public HttpClient WithToken(string token)
    {
        var client = new HttpClient { BaseAddress = Client.BaseAddress, Timeout = Client.Timeout };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>What is left of a process that dies: nothing is settled, nobody is waited for.</summary>
    public async Task StopWithoutGraceAsync()
    {
        try
        {
            await _app.StopAsync(new CancellationToken(canceled: true));
        }
        catch (Exception exception) when (exception is OperationCanceledException or AggregateException)
        {
            // The deadline is over at once; that is the point.
        }

        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _scratch?.Dispose();
    }
}
