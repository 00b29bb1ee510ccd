using Gateway.LoadTest.Measures;

namespace Gateway.LoadTest.Tests.Measures;

public class WindowTests
{
    [Fact]
    public void StageOf_anyOrderOfTimes_isTheStage()
    {
        var window = new Window([TimeSpan.FromMicroseconds(1), TimeSpan.FromMicroseconds(2), TimeSpan.FromMicroseconds(1)]);
        Assert.Equal(-1, window.StageOf(150));
        window.Begin(100);

        (long Time, int Stage)[] cases = [(99, -1), (100, 0), (1099, 0), (1100, 1), (3099, 1), (3100, 2), (4099, 2), (4100, -1), (100, 0), (3100, 2), (1100, 1)];
        Assert.All(cases, each => Assert.Equal(each.Stage, window.StageOf(each.Time)));
    }
}
