using Gateway.LoadTest.Running;
using Gateway.LoadTest.Tests.Support;

namespace Gateway.LoadTest.Tests.Running;

public class LoadScheduleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Injections_steadyRate_areEvenlySpread()
    {
        var schedule = new LoadSchedule(TimeSpan.Zero, [Simulation.Inject(4, Second, 2 * Second)]);
        Assert.Equal([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75], schedule.Injections().Select(static at => at.TotalSeconds));
    }

    [Fact]
    public void Injections_warmUp_climbsToTheFirstStagesRate()
    {
        var schedule = new LoadSchedule(Second, [Simulation.RampingInject(10, Second, 2 * Second)]);
        var injections = schedule.Injections().ToList();

        // 10/s reached after half a second: 2.5 until then, and 5 in the other half.
        Assert.Equal((3, 5), (injections.Count(static at => at < Second / 2), injections.Count(static at => at >= Second / 2 && at < Second)));
        Assert.Equal(10, injections.Count(static at => at >= Second));
        Assert.Equal(3 * Second, schedule.End);
    }

    [Fact]
    public void Injections_ramp_followsTheIntegralOfTheRate()
    {
        var schedule = new LoadSchedule(TimeSpan.Zero, [Simulation.RampingInject(100, Second, 10 * Second), Simulation.RampingInject(20, Second, 10 * Second)]);
        var up = schedule.Injections().Where(static at => at < 10 * Second).ToList();
        var down = schedule.Injections().Where(static at => at >= 10 * Second).ToList();

        // 100/s reached after 10 s are 500 in all, a quarter of them in the first half; from 100/s to 20/s are 600, 400 of them in the first half.
        Assert.Equal((500, 125), (up.Count, up.Count(static at => at < 5 * Second)));
        Assert.Equal((600, 400), (down.Count, down.Count(static at => at < 15 * Second)));
        Assert.Equal(schedule.Injections().Order(), schedule.Injections());
    }

    [Fact]
    public void Injections_pause_hasNone()
    {
        var schedule = new LoadSchedule(TimeSpan.Zero, [Simulation.Pause(Second), Simulation.Inject(2, Second, Second)]);
        Assert.Equal([1, 1.5], schedule.Injections().Select(static at => at.TotalSeconds));
    }

    [Fact]
    public void Activity_keepConstant_isTheWholeStageForSoManyCopies()
    {
        var schedule = new LoadSchedule(Second, [Simulation.KeepConstant(2, Second)]);

        Assert.Equal(2, schedule.MaxCopies);
        Assert.Equal([(TimeSpan.Zero, 2 * Second)], schedule.Activity(1));
        Assert.Empty(schedule.Activity(2));
    }

    [Fact]
    public void Activity_rampsUpAndDown_addsAndTakesCopiesOneByOne()
    {
        var schedule = new LoadSchedule(
            TimeSpan.Zero, [Simulation.RampingConstant(4, 4 * Second), Simulation.KeepConstant(4, Second), Simulation.RampingConstant(0, 4 * Second)]);

        Assert.Equal([(1, 9), (2, 8), (3, 7), (4, 6)], Enumerable.Range(0, 4).Select(copy => schedule.Activity(copy).Single()).Select(static each => ((int)each.From.TotalSeconds, (int)each.To.TotalSeconds)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Driver_severalWorkers_shareEveryIterationOnce(int workers)
    {
        var started = new List<(long Number, long Due)>();
        for (var index = 0; index < workers; index++)
        {
            var pacer = new FakePacer();
            var scenario = Scenario.Create("s", context =>
            {
                Assert.Equal(context.Due, pacer.Now);
                started.Add((context.InvocationNumber, context.Due));
                return Task.FromResult(Response.Ok());
            }).WithoutWarmUp().WithLoadSimulations(Simulation.Inject(100, Second, Second));
            using var worker = new FakeWorker(scenario, pacer, index, workers);
            pacer.RunToEnd(worker.RunAsync());
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(static k => ((long)k, k * 10_000_000L)), started.OrderBy(static each => each.Number));
    }

    [Fact]
    public void Driver_closedLoop_keepsSoManyCopiesInFlight()
    {
        var pacer = new FakePacer();
        int inFlight = 0, most = 0, all = 0;
        var scenario = Scenario.Create("s", async _ =>
        {
            most = Math.Max(most, ++inFlight);
            all++;
            await pacer.WaitUntil(pacer.Now + 100_000_000);
            inFlight--;
            return Response.Ok();
        }).WithoutWarmUp().WithLoadSimulations(Simulation.KeepConstant(5, 2 * Second));
        using var worker = new FakeWorker(scenario, pacer);
        pacer.RunToEnd(worker.RunAsync());

        Assert.Equal((5, 100), (most, all));
    }
}
