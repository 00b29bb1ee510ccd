namespace Gateway.Faults.Tests.Schedules;

public sealed class ScheduleTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(4);

    [Fact]
    public void SameSeed_samePlan_otherSeedAnother()
    {
        Assert.Equal(Plan(5).ToString(), Plan(5).ToString());
        Assert.NotEqual(Plan(5).ToString(), Plan(6).ToString());
        Assert.StartsWith("seed 5", Plan(5).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AnySeed_hasEachKind_withinItsBounds()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var steps = Plan(seed).Steps;
            Assert.Equal(Enum.GetValues<FaultKind>().Length + 6, steps.Count);
            Assert.Equal(Enum.GetValues<FaultKind>(), steps.Select(static step => step.Kind).Distinct().Order());
            Assert.All(steps.Where(static step => step.Kind == FaultKind.PauseOwner), static step => Assert.True(step.Duration > Lease && step.Target < 8));
            Assert.All(steps.Where(static step => step.Kind != FaultKind.PauseOwner), static step => Assert.InRange(step.Target, 0, 2));
            Assert.All(steps.Where(static step => step.With is not null), static step => Assert.True(Schedule.IsOfLine(step.With!.Kind) && !Schedule.IsOfLine(step.Kind)));
        }
    }

    [Fact]
    public void ManySeeds_haveEachManner_andFaultsThatOverlap()
    {
        var steps = Enumerable.Range(0, 50).SelectMany(static seed => Plan(seed).Steps).ToArray();
        Assert.Equal(Enum.GetValues<CutManner>(), steps.Where(static step => step.Kind == FaultKind.CutNats).Select(static step => step.Manner).Distinct().Order());
        Assert.Contains(steps, static step => step.With is not null);
        Assert.Contains(steps, static step => step is { Kind: FaultKind.RestartRedis, IsGentle: false });
        Assert.Contains(steps, static step => step is { Kind: FaultKind.RestartRedis, IsGentle: true });
    }

    private static Schedule Plan(int seed) => Schedule.Create(seed, nodes: 3, rooms: 8, more: 6, Lease);
}
