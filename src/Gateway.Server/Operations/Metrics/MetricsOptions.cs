using System.ComponentModel.DataAnnotations;
using Gateway.Server.Operations.Settings;

namespace Gateway.Server.Operations.Metrics;

/// <summary>What <c>/metrics</c> tells, and whom.</summary>
internal sealed class MetricsOptions
{
    /// <summary>The section these options are bound from.</summary>
    public const string Section = NodeOptions.Section + ":Metrics";

    /// <summary>Combinations of label values kept per metric; what comes later is counted under the label `otel_metric_overflow`. More costs memory here and in Prometheus.</summary>
    [Range(1, 100_000)]
    public int MaxSeries { get; set; } = 200;

    /// <summary>Meters to tell of beside the gateway's own, .NET's and Kestrel's; a name stands for those below it too.</summary>
    public IList<string> Meters { get; } = [];

    /// <summary>Bearer token a scraper must show; none when empty. Set it, or keep the path private, when the port is public.</summary>
    [Secret]
    public string? Token { get; set; }
}
