using Gateway.Server.Connections;
using Gateway.Server.Connections.Admitting;
using Gateway.Server.Tests.Connections.Limiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Server.Tests.Connections.Admitting;

public sealed class LoadSamplerTests
{
    [Fact]
    public void Process_load_is_one_of_a_living_process()
    {
        var first = new ProcessLoad().Read();
        Assert.InRange(first.MemoryBytes, 1 << 20, first.MemoryLimitBytes);
        Assert.True(first.CpuTime > TimeSpan.Zero);
        Assert.True(first.CoreCount >= 1);
    }

    [Fact]
    public async Task Loop_samples_each_second_and_outlives_a_source_that_fails()
    {
        using var scene = new LimitScene(new ConnectionLimits());
        var source = new FailingLoad();
        using var sampler = new LoadSampler(scene.Node.Load, source, scene.Node.Node, scene.Node.Time, NullLogger<LoadSampler>.Instance);
        await sampler.StartAsync(TestContext.Current.CancellationToken);
        scene.Await(() => source.ReadCount == 1);
        scene.Node.Time.Advance(999);
        Assert.Equal(1, source.ReadCount);
        scene.Node.Time.Advance(1);
        scene.Await(() => source.ReadCount == 2);
        scene.Node.Time.Advance(1000);
        scene.Await(() => scene.Node.Load.Refusing == LoadMark.Memory);
        await sampler.StopAsync(TestContext.Current.CancellationToken);
    }
}
