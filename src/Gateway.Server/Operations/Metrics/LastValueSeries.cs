namespace Gateway.Server.Operations.Metrics;

/// <summary>Keeps the last measurement.</summary>
internal sealed class LastValueSeries(KeyValuePair<string, object?>[] tags, int hash) : Series(tags, hash)
{
    private double _value;

    public override void Record(long value) => Volatile.Write(ref _value, value);

    public override void Record(double value) => Volatile.Write(ref _value, value);

    public override void Write(ref ExpositionWriter writer, MetricFamily family) =>
        writer.WriteSample(family.SampleName, Labels, Volatile.Read(ref _value) * family.Scale);
}
