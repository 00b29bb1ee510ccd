using System.Numerics;

namespace Gateway.LoadTest.Measures;

/// <summary>
/// Counts of values, log-linear as HdrHistogram has it: 1,024 cells for each power of two, so that every value is kept to three
/// significant digits (an error below 0.1 %). Two histograms add up without loss, whatever range each has seen.
/// </summary>
/// <remarks>Values are nanoseconds where they are latencies. Not safe for several threads. Recording allocates only when a new power of two is seen.</remarks>
public sealed class Histogram
{
    private const int CellBits = 10;
    private const long CellsPerPower = 1L << CellBits;

    // Cell i < 2,048 is the value i. Above, each power of two has 1,024 cells of 2^power values.
    private long[] _cells = new long[2 * CellsPerPower];

    /// <summary>How many values there are.</summary>
    public long Count { get; private set; }

    /// <summary>The smallest value; 0 when there is none.</summary>
    public long Min { get; private set; }

    /// <summary>The greatest value; 0 when there is none.</summary>
    public long Max { get; private set; }

    /// <summary>All values together.</summary>
    public double Sum { get; private set; }

    /// <summary>The arithmetic mean; 0 when there is none.</summary>
    public double Mean => Count == 0 ? 0 : Sum / Count;

    /// <summary>Counts a value; a negative one, as clocks can make it, as 0.</summary>
    public void Record(long value)
    {
        if (value < 0)
            value = 0;
        var cell = CellOf(value);
        if (cell >= _cells.Length)
            Grow(cell);
        _cells[cell]++;
        Min = Count == 0 || value < Min ? value : Min;
        Max = value > Max ? value : Max;
        Count++;
        Sum += value;
    }

    /// <summary>The value that so many percent of all values do not exceed: the greatest of its cell, but never above <see cref="Max"/>.</summary>
    public long Percentile(double percent)
    {
        if (Count == 0)
            return 0;
        var rank = Math.Clamp((long)Math.Ceiling(percent / 100 * Count), 1, Count);
        long seen = 0;
        for (var cell = 0; cell < _cells.Length; cell++)
        {
            seen += _cells[cell];
            if (seen >= rank)
                return Math.Min(GreatestOf(cell), Max);
        }

        return Max;
    }

    /// <summary>Takes in all values of another histogram.</summary>
    public void Add(Histogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Count == 0)
            return;
        if (other._cells.Length > _cells.Length)
            Array.Resize(ref _cells, other._cells.Length);
        for (var cell = 0; cell < other._cells.Length; cell++)
            _cells[cell] += other._cells[cell];
        Min = Count == 0 ? other.Min : Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        Count += other.Count;
        Sum += other.Sum;
    }

    /// <summary>Forgets all values and keeps the memory.</summary>
    public void Clear()
    {
        if (Count == 0)
            return;
        Array.Clear(_cells);
        Count = Min = Max = 0;
        Sum = 0;
    }

    internal HistogramData ToData()
    {
        var cells = new List<long>();
        for (var cell = 0; cell < _cells.Length; cell++)
        {
            if (_cells[cell] > 0)
            {
                cells.Add(cell);
                cells.Add(_cells[cell]);
            }
        }

        return new HistogramData(Min, Max, Sum, [.. cells]);
    }

    internal static Histogram FromData(HistogramData data)
    {
        var histogram = new Histogram { Min = data.Min, Max = data.Max, Sum = data.Sum };
        for (var i = 0; i + 1 < data.Cells.Length; i += 2)
        {
            var cell = (int)data.Cells[i];
            if (cell >= histogram._cells.Length)
                histogram.Grow(cell);
            histogram._cells[cell] += data.Cells[i + 1];
            histogram.Count += data.Cells[i + 1];
        }

        return histogram;
    }

    private static int CellOf(long value)
    {
        var power = 63 - BitOperations.LeadingZeroCount((ulong)value | (ulong)((2 * CellsPerPower) - 1)) - CellBits;
        return (power << CellBits) + (int)(value >> power);
    }

    private static long GreatestOf(int cell)
    {
        if (cell < 2 * CellsPerPower)
            return cell;
        var power = (cell >> CellBits) - 1;
        return ((cell - ((long)power << CellBits) + 1) << power) - 1;
    }

    private void Grow(int cell) => Array.Resize(ref _cells, ((cell >> CellBits) + 1) << CellBits);
}
