using Gateway.Transcoding.Processes;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Queues;
using Microsoft.Extensions.Logging;

namespace Gateway.Transcoding.Workers;

/// <summary>What all workers of a pool share.</summary>
internal sealed record WorkerServices(
    ITranscodeQueue Queue, ITranscodeProgress Sink, TranscodingOptions Options, ToolHost Tools, TranscodingMetrics Metrics, TimeProvider Time, ILogger Log);
