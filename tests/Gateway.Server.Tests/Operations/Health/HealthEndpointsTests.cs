using System.Net;
using System.Text.Json;
using Gateway.Server.Operations.Draining;
using Gateway.Server.Operations.Health;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Server.Tests.Operations.Health;

public class HealthEndpointsTests
{
    [Fact]
    public async Task Health_tellsReasons_inStatusAndBody()
    {
        var check = new SwitchableCheck();
        await using var node = await InProcessNode.StartAsync(builder => builder.Services.AddSingleton<IReadinessCheck>(check));

        foreach (var path in (string[])["/health", "/health/ready", "/health/live"])
            Assert.Equal(HttpStatusCode.OK, (await node.Http.GetAsync(path)).StatusCode);

        check.TurnOff();
        var answer = await node.Http.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("not-ready", json.GetProperty("status").GetString());
        Assert.Equal("off", json.GetProperty("checks")[0].GetProperty("sentence").GetString());
        Assert.Equal(HttpStatusCode.OK, (await node.Http.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task Draining_isLiveButNotReady_andLetsConnectionsGo()
    {
        await using var node = await InProcessNode.StartAsync();
        node.App.Services.GetRequiredService<NodeLifecycle>().MoveTo(NodeState.Draining);

        var ready = await node.Http.GetAsync("/health/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.True(ready.Headers.ConnectionClose);
        Assert.Equal(HttpStatusCode.OK, (await node.Http.GetAsync("/health/live")).StatusCode);
    }
}
