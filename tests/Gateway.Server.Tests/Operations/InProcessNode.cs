using Gateway.Server.Operations;
using Microsoft.AspNetCore.Builder;

namespace Gateway.Server.Tests.Operations;

/// <summary>A node with the operations part alone, in this process, on a free port, without a word to the console.</summary>
internal sealed class InProcessNode : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private InProcessNode(Action<WebApplicationBuilder>? add, Action<WebApplication>? map, string[] args)
    {
        string[] all = ["--port=0", $"--data={_folder.Path}", "--Logging:LogLevel:Default=None", .. args];
        App = NodeApplication.Build(
            StartArguments.Parse(all),
            builder =>
            {
                builder.AddOperations();
                add?.Invoke(builder);
            },
            app =>
            {
                app.MapOperations();
                map?.Invoke(app);
            });
        Http = new HttpClient();
    }

    public WebApplication App { get; }

    public HttpClient Http { get; }

    public static async Task<InProcessNode> StartAsync(Action<WebApplicationBuilder>? add = null, Action<WebApplication>? map = null, params string[] args)
    {
        var node = new InProcessNode(add, map, args);
        await node.App.StartAsync();
        node.Http.BaseAddress = new Uri(node.App.Urls.First());
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.DisposeAsync();
        _folder.Dispose();
    }
}
