using System.Diagnostics.Metrics;

namespace Gateway.Server.Cluster.Asking;

/// <summary>What asking the other nodes measures. Any thread.</summary>
internal sealed class AskingMetrics
{
    private long _asked;
    private long _incomplete;
    private long _refused;
    private long _malformed;
    private int _pending;

    public AskingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Gateway.Server.Cluster");
        meter.CreateObservableCounter("gateway.cluster.questions", () => Volatile.Read(ref _asked), "{question}", "Questions to all other nodes, direct messages to users most of all");
        meter.CreateObservableCounter("gateway.cluster.questions_incomplete", () => Volatile.Read(ref _incomplete), "{question}", "Questions that some node did not answer in time");
        meter.CreateObservableCounter("gateway.cluster.questions_refused", () => Volatile.Read(ref _refused), "{question}", "Questions not asked, because NATS is away or too many wait");
        meter.CreateObservableCounter("gateway.cluster.questions_malformed", () => Volatile.Read(ref _malformed), "{message}", "Questions and answers that could not be read");
        meter.CreateObservableGauge("gateway.cluster.questions_pending", () => Volatile.Read(ref _pending), "{question}", "Questions that wait for answers");
    }

    public int PendingCount => Volatile.Read(ref _pending);

    public void Asked()
    {
        Interlocked.Increment(ref _asked);
        Interlocked.Increment(ref _pending);
    }

    public void Done() => Interlocked.Decrement(ref _pending);

    public void Incomplete() => Interlocked.Increment(ref _incomplete);

    public void Refused() => Interlocked.Increment(ref _refused);

    public void Malformed() => Interlocked.Increment(ref _malformed);
}
