using Gateway.Server.Operations.Draining;
using Gateway.Transcoding.Workers;

namespace Gateway.Server.Jobs;

/// <summary>
/// Stops the workers when the node drains, before clients are sent away: no new job is begun, running ones go back to the queue without counting as an attempt. Left to the host's own
/// stop, a long drain would have used up the time that this takes.
/// </summary>
internal sealed class WorkersDrain(TranscodeWorkerPool pool) : IDrainStep
{
    public string Name => "workers";

    public int Order => 50;

    public Task DrainAsync(CancellationToken deadline) => pool.StopAsync(deadline);
}
