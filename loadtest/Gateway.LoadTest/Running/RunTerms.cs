namespace Gateway.LoadTest.Running;

/// <summary>How a run is to be set up, beside what its scenarios are told.</summary>
internal sealed record RunTerms
{
    public required LoadOptions Options { get; init; }

    /// <summary>Gateways that are there already.</summary>
    public IReadOnlyList<Uri> Targets { get; init; } = [];

    /// <summary>Gateways to start for the run, when there are no targets.</summary>
    public int GatewayCount { get; init; } = 1;

    /// <summary>The gateways share rooms: those that are started here form a cluster, the targets do already.</summary>
    public bool IsCluster { get; init; }

    public int WorkerCount { get; init; } = 1;

    /// <summary>Processes of gateways that were not started here.</summary>
    public IReadOnlyList<int> ServerIds { get; init; } = [];

    public string? ServerAssembly { get; init; }

    public IReadOnlyList<string> ServerSettings { get; init; } = [];

    public string? ServerCpus { get; init; }

    public string? ClientCpus { get; init; }

    /// <summary>Where the report goes; null for none.</summary>
    public string? ReportFolder { get; init; }

    public bool IsRemoteAllowed { get; init; }

    public bool IsPlain { get; init; }

    /// <summary>As <c>deliveries.p99&lt;50ms</c>; beside those of the scenarios.</summary>
    public IReadOnlyList<string> Thresholds { get; init; } = [];
}
