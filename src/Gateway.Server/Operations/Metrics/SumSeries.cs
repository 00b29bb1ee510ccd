namespace Gateway.Server.Operations.Metrics;

/// <summary>Adds measurements up; whole numbers and fractions apart, so that whole ones stay exact and cheap.</summary>
internal sealed class SumSeries(KeyValuePair<string, object?>[] tags, int hash, bool isWhole) : Series(tags, hash)
{
    private readonly StripedLong? _whole = isWhole ? new() : null;
    private readonly StripedDouble? _fraction = isWhole ? null : new();

    public override void Record(long value)
    {
        if (_whole is not null)
            _whole.Add(value);
        else
            _fraction!.Add(value);
    }

    public override void Record(double value)
    {
        if (_fraction is not null)
            _fraction.Add(value);
        else
            _whole!.Add((long)value);
    }

    public override void Write(ref ExpositionWriter writer, MetricFamily family)
    {
        var sum = _whole?.Sum() ?? _fraction!.Sum();
        writer.WriteSample(family.SampleName, Labels, sum * family.Scale);
    }
}
