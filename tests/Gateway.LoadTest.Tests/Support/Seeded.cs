namespace Gateway.LoadTest.Tests.Support;

/// <summary>Random numbers whose seed is in the test's output, so that a failure can be run again.</summary>
internal static class Seeded
{
    public static Random Random()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        return new Random(seed);
    }
}
