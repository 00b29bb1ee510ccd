using System.Globalization;

namespace Gateway.Protocol.Tests.MessagePack;

/// <summary>The seed of a random test: new each run, printed, and repeated by setting GATEWAY_TEST_SEED.</summary>
internal static class Seed
{
    public static Random NewRandom(out int seed)
    {
        seed = int.TryParse(Environment.GetEnvironmentVariable("GATEWAY_TEST_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"GATEWAY_TEST_SEED={seed}");
        return new Random(seed);
    }
}
