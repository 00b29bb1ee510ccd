using System.ComponentModel.DataAnnotations;

namespace Gateway.Server.Operations.Health;

/// <summary>How the node's health is found out.</summary>
internal sealed class HealthOptions
{
    /// <summary>The section these options are bound from.</summary>
    public const string Section = NodeOptions.Section + ":Health";

    /// <summary>Time one readiness check may take before it counts as failed. Below the probe's own time-out (Kubernetes: 1 s by default), or the probe sees no reason.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromMilliseconds(800);
}
