using System.ComponentModel.DataAnnotations;

namespace Gateway.Server.Operations.Draining;

/// <summary>How a node stops.</summary>
internal sealed class DrainOptions
{
    /// <summary>The section these options are bound from.</summary>
    public const string Section = NodeOptions.Section + ":Drain";

    /// <summary>Time from the signal to the end, whatever is still open then. Below the orchestrator's own limit (Kubernetes: 30 s), which ends with a kill.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>Time between "not ready" and the first step, for load balancers to notice. As long as theirs takes; zero without one.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan NotReadyDelay { get; set; }
}
