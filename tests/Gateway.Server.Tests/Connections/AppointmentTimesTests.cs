using Gateway.Server.Connections;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Connections;

public sealed class AppointmentTimesTests(ITestOutputHelper output)
{
    [Fact]
    public void Take_ofAWave_spreadsItUntilTheNext()
    {
        var times = new AppointmentTimes(new ManualTime());
        Assert.Equal(AppointmentTimes.Least + TimeSpan.FromMilliseconds(100), times.Until(50, perSecond: 500));
        Assert.Equal(Enumerable.Range(0, 50).Select(static i => 500.0 + (2 * i)), Enumerable.Range(0, 50).Select(_ => times.Take(500).TotalMilliseconds));
    }

    [Fact]
    public void Take_atAnyTimes_isNeverFasterThanTheRate()
    {
        const int PerSecond = 500;
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var time = new ManualTime();
        var times = new AppointmentTimes(time);
        var appointed = new List<double>();
        for (var wave = 0; wave < 200; wave++)
        {
            // Waves come when they can: late ones, and the next right behind.
            time.Advance(random.Next(0, 400));
            for (var i = random.Next(1, 60); i > 0; i--)
            {
                var after = times.Take(PerSecond);
                Assert.True(after >= AppointmentTimes.Least);
                appointed.Add(time.GetTimestamp() + after.TotalMilliseconds);
            }
        }

        for (var i = PerSecond; i < appointed.Count; i++)
            Assert.True(appointed[i] - appointed[i - PerSecond] >= 999.99, $"{PerSecond + 1} come within {appointed[i] - appointed[i - PerSecond]} ms.");
    }
}
