using System.Diagnostics.Metrics;
using Gateway.Server.Rooms;

namespace Gateway.Server.Jobs;

internal sealed class JobsMetrics
{
    private readonly Counter<long> _uploads;
    private readonly Counter<long> _uploadedBytes;
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _events;

    public JobsMetrics(IMeterFactory meters, IJobStore store)
    {
        var meter = meters.Create("Gateway.Server");
        meter.CreateObservableGauge("gateway.jobs.queued", () => store.Counts.Queued, "{job}", "Jobs that wait");
        meter.CreateObservableGauge("gateway.jobs.running", () => store.Counts.Running, "{job}", "Jobs under a lease");
        _accepted = meter.CreateCounter<long>("gateway.jobs.accepted", "{job}", "Jobs put into the queue, by preset");
        _uploads = meter.CreateCounter<long>("gateway.uploads.requests", "{request}", "Requests that carry an upload, by outcome");
        _uploadedBytes = meter.CreateCounter<long>("gateway.uploads.bytes", "By", "Bytes of uploads written to disk");
        _events = meter.CreateCounter<long>("gateway.jobs.terminal_events", "{event}", "Attempts to publish the end of a job, by the room's answer");
    }

    public void Accepted(string preset) => _accepted.Add(1, new KeyValuePair<string, object?>("preset", preset));

    /// <param name="outcome"><c>ok</c> or the problem's code.</param>
    public void UploadRequest(string outcome) => _uploads.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void UploadedBytes(long count) => _uploadedBytes.Add(count);

    public void TerminalPublished(PublishStatus status) => _events.Add(1, new KeyValuePair<string, object?>("status", status.ToString().ToLowerInvariant()));
}
