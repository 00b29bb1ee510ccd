using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Server.Tests.Operations.Metrics;

public class MetricsEndpointTests
{
    [Fact]
    public async Task Metrics_ofARunningNode_passPromtool()
    {
        await using var node = await InProcessNode.StartAsync();
        var meter = node.App.Services.GetRequiredService<IMeterFactory>().Create("Gateway.Test");
        meter.CreateCounter<long>("gateway.odd", "By", "Odd.").Add(1, new KeyValuePair<string, object?>("label", "q\" b\\ n\n"));
        meter.CreateHistogram<double>("gateway.wait", "ms", "Wait.").Record(3);
        await node.Http.GetAsync("/health");

        var answer = await node.Http.GetAsync("/metrics");

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        var text = await answer.Content.ReadAsStringAsync();
        foreach (var name in (string[])["process_cpu_seconds_total", "process_resident_memory_bytes", "gateway_node_ready", "gateway_build_info", "dotnet_gc_pause_time_seconds_total", "kestrel_active_connections", "http_server_request_duration_seconds_bucket"])
            Assert.Contains("\n" + name, text);
        Assert.Equal("", await PromtoolAsync(text));
    }

    [Fact]
    public async Task Promtool_badExposition_isFound() =>
        Assert.NotEqual("", await PromtoolAsync("# TYPE gateway_things counter\ngateway_things 1\n"));

    [Fact]
    public async Task Metrics_openMetricsAsked_isGiven()
    {
        await using var node = await InProcessNode.StartAsync();
        node.Http.DefaultRequestHeaders.Add("Accept", "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3");

        var answer = await node.Http.GetAsync("/metrics");

        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.EndsWith("# EOF\n", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Metrics_withToken_needIt()
    {
        await using var node = await InProcessNode.StartAsync(args: ["--Gateway:Metrics:Token=abc"]);

        Assert.Equal(HttpStatusCode.Unauthorized, (await node.Http.GetAsync("/metrics")).StatusCode);
        node.Http.DefaultRequestHeaders.Authorization = new("Bearer", "abd");
        Assert.Equal(HttpStatusCode.Unauthorized, (await node.Http.GetAsync("/metrics")).StatusCode);
        node.Http.DefaultRequestHeaders.Authorization = new("Bearer", "abc");
        Assert.Equal(HttpStatusCode.OK, (await node.Http.GetAsync("/metrics")).StatusCode);
    }

    /// <summary>What promtool complains about; nothing when all is well.</summary>
    private static async Task<string> PromtoolAsync(string text)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var errors = promtool.StandardError.ReadToEndAsync();
        var output = promtool.StandardOutput.ReadToEndAsync();
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        await promtool.WaitForExitAsync();
        var said = await errors + await output;
        return promtool.ExitCode == 0 ? said : $"{said} (exit code {promtool.ExitCode})";
    }
}
