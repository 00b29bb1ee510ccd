using Gateway.Faults.Tests.Schedules;
using Gateway.Faults.Tests.Workloads;
using Gateway.Server.Cluster;

namespace Gateway.Faults.Tests.Running;

/// <summary>Each kind of fault once, in random order, over real nodes; the long form is <c>./test faults</c>, which also replays: <c>--minutes 0 --more 0 --seed S</c>.</summary>
public sealed class ShortFormTests(ITestOutputHelper output)
{
    private const int Nodes = 3;

    /// <summary>Pauses are longer than this, the default that the nodes have, too.</summary>
    internal static readonly TimeSpan LeaseDuration = new ClusterOptions().LeaseDuration;

    [Fact]
    public async Task EachFaultOnce_everyRoomKeepsItsPromise()
    {
        var schedule = Schedule.Create(Random.Shared.Next(), Nodes, Workload.DurableCount, more: 0, LeaseDuration);
        var totals = new RunTotals();
        await new FaultRun(schedule, Nodes, totals, output.WriteLine).RunAsync(TestContext.Current.CancellationToken);
        output.WriteLine(Report.Line(totals));

        Assert.Empty(totals.Violations);
        Assert.True(totals.Acknowledged > 100 && totals.Delivered > totals.Acknowledged, "Next to nothing was published or delivered.");
        Assert.True(totals.WokenAcknowledged + totals.WokenRefused > 0, "The node that was paused answered nothing of what it got meanwhile: the pause proved nothing.");
        Assert.NotEmpty(totals.Recoveries);
    }
}
