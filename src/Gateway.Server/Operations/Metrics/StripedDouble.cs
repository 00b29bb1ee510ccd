namespace Gateway.Server.Operations.Metrics;

/// <summary>Like <see cref="StripedLong"/> for fractions: the cells hold the bits of doubles.</summary>
internal sealed class StripedDouble
{
    private readonly PaddedLong[] _cells = new PaddedLong[Stripes.Count];

    public void Add(double value)
    {
        ref var cell = ref _cells[Stripes.Current].Value;
        var seen = Volatile.Read(ref cell);
        while (true)
        {
            var wanted = BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(seen) + value);
            var found = Interlocked.CompareExchange(ref cell, wanted, seen);
            if (found == seen)
                return;
            seen = found;
        }
    }

    public double Sum()
    {
        var sum = 0.0;
        for (var i = 0; i < _cells.Length; i++)
            sum += BitConverter.Int64BitsToDouble(Volatile.Read(ref _cells[i].Value));
        return sum;
    }
}
