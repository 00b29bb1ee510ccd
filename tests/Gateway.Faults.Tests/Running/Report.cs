using System.Globalization;
using Gateway.Faults.Tests.Oracles;

namespace Gateway.Faults.Tests.Running;

/// <summary>The line a run ends with.</summary>
internal static class Report
{
    public static string Line(RunTotals totals)
    {
        var faults = string.Join(", ", totals.Faults.OrderBy(static pair => pair.Key).Select(static pair => $"{pair.Key} {pair.Value}"));
        var other = totals.Count(ViolationKind.EpochChanged, ViolationKind.Stalled, ViolationKind.Crashed, ViolationKind.Refused);
        return string.Create(CultureInfo.InvariantCulture, $"""
            {(totals.Holds ? "HELD" : "BROKEN")}: {totals.Schedules} schedules; faults: {(faults.Length == 0 ? "none" : faults)}; publishes acknowledged {totals.Acknowledged}, deliveries {totals.Delivered}, lost {totals.Count(ViolationKind.Lost)}, doubled {totals.Count(ViolationKind.Doubled)}, out of order {totals.Count(ViolationKind.OutOfOrder)}, other violations {other}; told as lost in ephemeral rooms {totals.Told}; woken nodes acknowledged {totals.WokenAcknowledged}, refused {totals.WokenRefused}; recovery after kill p50 {Seconds(totals.Recovery(50))}, p99 {Seconds(totals.Recovery(99))} of {totals.Recoveries.Count}
            """);
    }

    private static string Seconds(TimeSpan? time) => time is { } known ? known.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s" : "-";
}
