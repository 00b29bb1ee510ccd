using Gateway.Faults.Tests.Oracles;
using Gateway.Faults.Tests.Schedules;

namespace Gateway.Faults.Tests.Running;

public sealed class ReportTests
{
    private readonly RoomOracle _oracle = new(static _ => true);
    private readonly RunTotals _totals = new();

    [Fact]
    public void Line_nothingWrong_held()
    {
        _oracle.Acknowledged("pub", "chat:a", "a", 1, 1);
        _totals.AddSchedule(_oracle);
        _totals.AddFault(FaultKind.KillNode);
        _totals.AddFault(FaultKind.KillNode);
        _totals.AddFault(FaultKind.RestartNats);
        _totals.AddRecoveries(Enumerable.Range(1, 200).Select(static i => TimeSpan.FromMilliseconds(i * 10)));
        _totals.AddWoken(3, 2);

        Assert.True(_totals.Holds);
        Assert.Equal(
            "HELD: 1 schedules; faults: KillNode 2, RestartNats 1; publishes acknowledged 1, deliveries 0, lost 0, doubled 0, out of order 0, other violations 0; told as lost in ephemeral rooms 0; "
            + "woken nodes acknowledged 3, refused 2; recovery after kill p50 1.00 s, p99 1.98 s of 200",
            Report.Line(_totals));
    }

    [Fact]
    public void Line_violations_areCountedByTheirMessages()
    {
        _oracle.Say(new Violation(ViolationKind.Lost, "ann", "chat:a", "", 5));
        _oracle.Say(new Violation(ViolationKind.Lost, "bob", "chat:a", ""));
        _oracle.Say(new Violation(ViolationKind.Doubled, "ann", "chat:a", ""));
        _oracle.Say(new Violation(ViolationKind.OutOfOrder, "ann", "chat:a", "", 2));
        _oracle.Say(new Violation(ViolationKind.Stalled, "ann", "chat:a", ""));
        _totals.AddSchedule(_oracle);

        Assert.False(_totals.Holds);
        Assert.StartsWith("BROKEN: 1 schedules; faults: none;", Report.Line(_totals), StringComparison.Ordinal);
        Assert.Contains("lost 6, doubled 1, out of order 2, other violations 1;", Report.Line(_totals), StringComparison.Ordinal);
        Assert.EndsWith("p50 -, p99 - of 0", Report.Line(_totals), StringComparison.Ordinal);
    }
}
