namespace Gateway.Server.Operations.Metrics;

/// <summary>A sum that many threads add to at once. Reading it takes no snapshot: additions under way may or may not be in.</summary>
internal sealed class StripedLong
{
    private readonly PaddedLong[] _cells = new PaddedLong[Stripes.Count];

    public void Add(long value) => Interlocked.Add(ref _cells[Stripes.Current].Value, value);

    public long Sum()
    {
        var sum = 0L;
        for (var i = 0; i < _cells.Length; i++)
            sum += Volatile.Read(ref _cells[i].Value);
        return sum;
    }
}
