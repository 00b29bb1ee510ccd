using Gateway.LoadTest.Measures;
using Gateway.LoadTest.Tests.Support;

namespace Gateway.LoadTest.Tests.Running;

/// <summary>
/// 100 iterations a second for 10 seconds, each of which takes 1 ms, but for 5 seconds nothing moves. Whoever only times what was sent
/// would see one slow answer; half of all that was due waited, 2.5 s on average.
/// </summary>
public class CoordinatedOmissionTests
{
    private const long Second = 1_000_000_000;
    private const long Service = 1_000_000;
    private static readonly (long From, long To) Stall = (2 * Second, 7 * Second);

    [Fact]
    public void Latency_serverStalls_showsEveryoneWhoWaited() => AssertStallShows(Run(new FakePacer(), isServerStalled: true));

    [Fact]
    public void Latency_generatorStalls_showsWhatWasDueMeanwhile() => AssertStallShows(Run(new FakePacer { Standstill = Stall }, isServerStalled: false));

    [Fact]
    public void Latency_nothingStalls_isTheServiceTime()
    {
        var latency = Run(new FakePacer(), isServerStalled: false);
        Assert.Equal((1000, Service, Service), (latency.Count, latency.Min, latency.Max));
    }

    private static void AssertStallShows(Histogram latency)
    {
        Assert.Equal(1000, latency.Count);
        Assert.InRange(latency.Percentile(49), Service, 2 * Service);
        Assert.InRange(latency.Percentile(75), 2.4 * Second, 2.6 * Second);
        Assert.InRange(latency.Percentile(99), 4.8 * Second, 5.1 * Second);
    }

    private static Histogram Run(FakePacer pacer, bool isServerStalled)
    {
        var scenario = Scenario.Create("s", async _ =>
        {
            var free = isServerStalled && pacer.Now >= Stall.From && pacer.Now < Stall.To ? Stall.To : pacer.Now;
            await pacer.WaitUntil(free + Service);
            return Response.Ok();
        }).WithoutWarmUp().WithLoadSimulations(Simulation.Inject(100, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)));
        using var worker = new FakeWorker(scenario, pacer);
        pacer.RunToEnd(worker.RunAsync());
        return worker.Context.Steps.Steps["iteration"].Latency;
    }
}
