namespace Gateway.Server.Operations.Metrics;

/// <summary>One exposed metric with all its series; what measurements are recorded on.</summary>
internal sealed class MetricFamily
{
    private readonly SeriesTable _table;
    private readonly bool _isObserved;
    private long _scrape;

    public MetricFamily(string name, string help, double scale, MetricKind kind, bool isWhole, double[] boundaries, int maxSeries)
    {
        (Name, Help, Scale, Kind) = (name, help, scale, kind);
        SampleName = kind is MetricKind.Counter or MetricKind.ObservedCounter ? name + "_total" : name;
        _isObserved = kind is MetricKind.ObservedCounter or MetricKind.ObservedGauge;
        _table = new SeriesTable(
            kind switch
            {
                MetricKind.Histogram => (tags, hash) => new HistogramSeries(tags, hash, boundaries),
                MetricKind.Counter or MetricKind.UpDownCounter => (tags, hash) => new SumSeries(tags, hash, isWhole),
                _ => static (tags, hash) => new LastValueSeries(tags, hash),
            },
            maxSeries);
    }

    /// <summary>Without a counter's suffix.</summary>
    public string Name { get; }

    /// <summary>With it.</summary>
    public string SampleName { get; }

    /// <summary>Escaped.</summary>
    public string Help { get; }

    /// <summary>Turns a measurement into the base unit.</summary>
    public double Scale { get; }

    public MetricKind Kind { get; }

    public string TypeName => Kind switch
    {
        MetricKind.Counter or MetricKind.ObservedCounter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };

    public void Record(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = _table.Get(tags);
        series.Record(value);
        if (_isObserved)
            series.Scrape = _scrape;
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = _table.Get(tags);
        series.Record(value);
        if (_isObserved)
            series.Scrape = _scrape;
    }

    /// <summary>Before instruments are asked; scrapes come one at a time.</summary>
    public void BeginScrape(long scrape) => _scrape = scrape;

    /// <summary>After instruments were asked.</summary>
    public void EndScrape()
    {
        if (_isObserved)
            _table.RemoveOlderThan(_scrape);
    }

    public void Write(ref ExpositionWriter writer)
    {
        var all = _table.Snapshot();
        if (all.Count == 0)
            return;
        writer.WriteHeader(this);
        foreach (var series in all)
            series.Write(ref writer, this);
    }
}
