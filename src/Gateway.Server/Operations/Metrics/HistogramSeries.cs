namespace Gateway.Server.Operations.Metrics;

/// <summary>Counts measurements in buckets, with their sum.</summary>
internal sealed class HistogramSeries : Series
{
    private readonly double[] _boundaries;

    // One row of buckets per stripe; a row is an array of its own, so that rows share at most their edges' cache lines.
    private readonly long[][] _counts;
    private readonly StripedDouble _sum = new();

    public HistogramSeries(KeyValuePair<string, object?>[] tags, int hash, double[] boundaries)
        : base(tags, hash)
    {
        _boundaries = boundaries;
        _counts = new long[Stripes.Count][];
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] = new long[boundaries.Length + 1];
    }

    public override void Record(long value) => Record((double)value);

    public override void Record(double value)
    {
        if (double.IsNaN(value))
            return;
        Interlocked.Increment(ref _counts[Stripes.Current][BucketOf(value)]);
        _sum.Add(value);
    }

    public override void Write(ref ExpositionWriter writer, MetricFamily family)
    {
        var total = 0L;
        for (var bucket = 0; bucket <= _boundaries.Length; bucket++)
        {
            foreach (var row in _counts)
                total += Volatile.Read(ref row[bucket]);
            var boundary = bucket < _boundaries.Length ? _boundaries[bucket] * family.Scale : double.PositiveInfinity;
            writer.WriteBucket(family.SampleName, Labels, boundary, total);
        }

        writer.WriteSample(family.SampleName + "_sum", Labels, _sum.Sum() * family.Scale);
        writer.WriteSample(family.SampleName + "_count", Labels, total);
    }

    /// <summary>The first bucket whose upper boundary is not below the value (boundaries are inclusive).</summary>
    private int BucketOf(double value)
    {
        var found = Array.BinarySearch(_boundaries, value);
        return found >= 0 ? found : ~found;
    }
}
