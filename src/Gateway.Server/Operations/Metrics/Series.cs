namespace Gateway.Server.Operations.Metrics;

/// <summary>One combination of label values of one metric. Recording is lock-free and allocates nothing.</summary>
internal abstract class Series(KeyValuePair<string, object?>[] tags, int hash)
{
    private string? _labels;

    public KeyValuePair<string, object?>[] Tags { get; } = tags;

    public int Hash { get; } = hash;

    /// <summary>The labels as they are exposed, without braces; escaped once.</summary>
    public string Labels => _labels ??= LabelText.Of(Tags);

    /// <summary>The scrape that last measured this, for observed metrics.</summary>
    public long Scrape { get; set; }

    public abstract void Record(long value);

    public abstract void Record(double value);

    public abstract void Write(ref ExpositionWriter writer, MetricFamily family);
}
