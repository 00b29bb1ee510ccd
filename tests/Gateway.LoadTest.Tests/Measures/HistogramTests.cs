using Gateway.LoadTest.Measures;
using Gateway.LoadTest.Tests.Support;

namespace Gateway.LoadTest.Tests.Measures;

public class HistogramTests
{
    private const double MaxError = 0.001;
    private static readonly double[] Ranks = [0, 1, 10, 25, 50, 75, 90, 99, 99.9, 99.99, 100];

    [Fact]
    public void Percentile_randomValues_isTheSortedListsToThreeDigits()
    {
        var random = Seeded.Random();
        for (var run = 0; run < 300; run++)
        {
            var values = Values(random);
            var histogram = Of(values);
            Array.Sort(values);
            foreach (var rank in Ranks)
            {
                var exact = values[(int)Math.Clamp(Math.Ceiling(rank / 100 * values.Length) - 1, 0, values.Length - 1)];
                var found = histogram.Percentile(rank);
                Assert.InRange(found, exact, exact + (long)(exact * MaxError));
            }

            Assert.Equal(values.Length, histogram.Count);
            Assert.Equal(values[0], histogram.Min);
            Assert.Equal(values[^1], histogram.Max);
            Assert.Equal(values.Select(static value => (double)value).Average(), histogram.Mean, histogram.Mean * 1e-9);
        }
    }

    [Fact]
    public void Add_anySplit_isTheWhole()
    {
        var random = Seeded.Random();
        for (var run = 0; run < 100; run++)
        {
            var values = Values(random);
            var cut = random.Next(values.Length + 1);
            var merged = Of(values[..cut]);
            merged.Add(Histogram.FromData(Of(values[cut..]).ToData()));
            AssertSame(Of(values), merged);
        }
    }

    [Fact]
    public void Data_thereAndBack_isTheSame()
    {
        var random = Seeded.Random();
        for (var run = 0; run < 100; run++)
        {
            var histogram = Of(Values(random));
            AssertSame(histogram, Histogram.FromData(histogram.ToData()));
        }
    }

    [Fact]
    public void Empty_everything_isZero()
    {
        var histogram = new Histogram();
        histogram.Record(7);
        histogram.Clear();
        histogram.Add(new Histogram());

        Assert.Equal((0, 0L, 0L, 0.0), ((int)histogram.Count, histogram.Percentile(99), histogram.Max, histogram.Mean));
    }

    [Fact]
    public void Record_negative_countsAsZero()
    {
        var histogram = Of([-5, 10]);
        Assert.Equal((0, 10), (histogram.Min, histogram.Max));
    }

    private static void AssertSame(Histogram expected, Histogram found)
    {
        Assert.Equal((expected.Count, expected.Min, expected.Max), (found.Count, found.Min, found.Max));
        Assert.Equal(expected.Sum, found.Sum, expected.Sum * 1e-9);
        foreach (var rank in Ranks)
            Assert.Equal(expected.Percentile(rank), found.Percentile(rank));
    }

    private static Histogram Of(IEnumerable<long> values)
    {
        var histogram = new Histogram();
        foreach (var value in values)
            histogram.Record(value);
        return histogram;
    }

    /// <summary>From nanoseconds to hours, around powers of two more often than not.</summary>
    private static long[] Values(Random random)
    {
        var values = new long[random.Next(1, 400)];
        for (var i = 0; i < values.Length; i++)
        {
            var power = 1L << random.Next(42);
            values[i] = random.Next(3) == 0 ? Math.Max(0, power + random.Next(-2, 3)) : random.NextInt64(power);
        }

        return values;
    }
}
