using System.ComponentModel.DataAnnotations;
using Gateway.Server.Operations;

namespace Gateway.Server.Cluster;

/// <summary>
/// How nodes form one gateway. In force only when both `Gateway:Nats:Url` and `Gateway:Redis:Configuration` are set. All nodes of a cluster must have the same values.
/// </summary>
internal sealed class ClusterOptions : IValidatableObject
{
    /// <summary>The section these options are bound from.</summary>
    public const string Section = NodeOptions.Section + ":Cluster";

    /// <summary>Name of the cluster: nodes with the same one on the same NATS belong together. Letters, digits, `-` and `_`.</summary>
    [Required]
    [RegularExpression("^[A-Za-z0-9_-]{1,64}$", ErrorMessage = "{0} must be 1 to 64 letters, digits, '-' or '_'")]
    public string Name { get; set; } = "gateway";

    /// <summary>How often a node says that it is there, give or take a tenth. Default 1 s: three may be lost before anybody suspects it. Shorter makes every pause of the runtime look like a death.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan BeatInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Silence after which a node is suspected: others try to take its shards, which they get when its leases have run out. Default 3 s, three beats. Shorter disturbs, longer makes a take-over late.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan SuspectAfter { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Silence after which a node counts as dead, and after which one that does not even hear itself gives its shards back. Default 5 s: longer than a restart of NATS, so that this costs no shard its owner.</summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:10:00")]
    public TimeSpan DeadAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a node listens before it takes part. Default 1.5 s: longer than a beat, so that it has heard of every other node, and of one with its own name.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan JoinTime { get; set; } = TimeSpan.FromSeconds(1.5);

    /// <summary>For how long a shard's owner holds it; renewed four times as often. Default 3 s: what a shard is without an owner after a death, at most, as long as it takes to suspect a node. Shorter makes a stall of Redis cost all owners their shards.</summary>
    [Range(typeof(TimeSpan), "00:00:00.200", "00:10:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>An owner stops so long before its lease has run out by its own clock. Default 400 ms: clocks that run 10 % apart. More shortens the time that Redis may be away.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan LeaseMargin { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>How long an owner that hands a shard over may take to finish what is under way. Default 1 s: an append to the history takes milliseconds. Publishes to the shard wait meanwhile.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan HandoverTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a node waits for the others' answers: how many connections of a user they have sent a message to, or ended. Default 1 s: far beyond a round trip. After a death messages to users take so long until the node counts as dead.</summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:01:00")]
    public TimeSpan AskTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Points of each node on the ring. Default 128: adding the n-th node of 20 moves 1.05/n of the shards on average. More is memory and time without effect, fewer makes the load uneven.</summary>
    [Range(1, 4096)]
    public int VirtualNodes { get; set; } = 128;

    /// <summary>No node gets more than this many times the average number of shards. Default 1.25. Nearer to 1 is more even, and moves more shards when a node comes or goes.</summary>
    [Range(1.0, 10.0)]
    public double LoadBound { get; set; } = 1.25;

    /// <summary>How long the node may be without its place in the cluster (NATS or Redis away, joining) before it says that it is not ready. Default 10 s, as for NATS.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ReadinessGrace { get; set; } = TimeSpan.FromSeconds(10);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SuspectAfter < 2 * BeatInterval)
            yield return new ValidationResult($"it must be at least twice BeatInterval ({BeatInterval}), or one lost beat makes a suspect.", [nameof(SuspectAfter)]);
        if (DeadAfter <= SuspectAfter)
            yield return new ValidationResult($"it must be longer than SuspectAfter ({SuspectAfter}).", [nameof(DeadAfter)]);
        if (JoinTime <= BeatInterval)
            yield return new ValidationResult($"it must be longer than BeatInterval ({BeatInterval}), or a node takes part before it knows the others.", [nameof(JoinTime)]);
        if (LeaseMargin > LeaseDuration / 4)
            yield return new ValidationResult($"it must be at most a quarter of LeaseDuration ({LeaseDuration}), or there is no time to renew.", [nameof(LeaseMargin)]);
    }
}
