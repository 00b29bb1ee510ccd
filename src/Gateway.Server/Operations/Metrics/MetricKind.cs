namespace Gateway.Server.Operations.Metrics;

/// <summary>How measurements of an instrument become numbers.</summary>
internal enum MetricKind
{
    /// <summary>Measurements are added up and never go down.</summary>
    Counter,

    /// <summary>Measurements are added up.</summary>
    UpDownCounter,

    /// <summary>The last measurement counts.</summary>
    Gauge,

    /// <summary>Asked for at each scrape; the answer is the total and never goes down.</summary>
    ObservedCounter,

    /// <summary>Asked for at each scrape; the answer is the value.</summary>
    ObservedGauge,

    /// <summary>Measurements are counted in buckets.</summary>
    Histogram,
}
