using System.IO.Pipelines;
using System.Net;
using Gateway.Server.Operations.Draining;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Server.Tests.Operations.Draining;

public class UploadInFlightTests
{
    [Fact]
    public async Task Stop_uploadInFlight_isFinished_whileProbesSayNotReady()
    {
        var begun = new TaskCompletionSource();
        var inStep = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using var node = await InProcessNode.StartAsync(
            builder => builder.Services.AddSingleton<IDrainStep>(new RecordedStep("wait", 1, [], _ =>
            {
                inStep.SetResult();
                return goOn.Task;
            })),
            app => app.MapPost("/sink", async (HttpRequest request) =>
            {
                var buffer = new byte[1];
                await request.Body.ReadExactlyAsync(buffer);
                begun.SetResult();
                var count = 1;
                while (await request.Body.ReadAsync(buffer) > 0)
                    count++;
                return count.ToString();
            }));
        var pipe = new Pipe();
        var upload = node.Http.PostAsync("/sink", new SlowContent(pipe.Reader));
        await pipe.Writer.WriteAsync(new byte[10]);
        await begun.Task;

        var stopping = node.App.StopAsync();
        await inStep.Task;
        using var probe = new HttpClient { BaseAddress = node.Http.BaseAddress };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await probe.GetAsync("/health/ready")).StatusCode);
        goOn.SetResult();
        Assert.False(stopping.IsCompleted);

        await pipe.Writer.WriteAsync(new byte[10]);
        await pipe.Writer.CompleteAsync();
        var answer = await upload;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("20", await answer.Content.ReadAsStringAsync());
        await stopping;
        Assert.Equal(NodeState.Stopped, node.App.Services.GetRequiredService<NodeLifecycle>().State);
    }
}
