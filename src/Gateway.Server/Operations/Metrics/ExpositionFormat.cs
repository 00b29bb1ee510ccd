namespace Gateway.Server.Operations.Metrics;

/// <summary>The two text formats that Prometheus reads.</summary>
internal enum ExpositionFormat
{
    /// <summary>Prometheus text 0.0.4.</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0.0.</summary>
    OpenMetrics,
}
