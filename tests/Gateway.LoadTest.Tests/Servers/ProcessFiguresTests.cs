using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Tests.Servers;

public class ProcessFiguresTests
{
    [Fact]
    public void Of_thisProcess_isWhatDotNetSays()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        var least = self.TotalProcessorTime.TotalSeconds;
        var (rss, cpu) = ProcessFigures.Of([Environment.ProcessId]);
        self.Refresh();

        // /proc counts in hundredths of a second.
        Assert.InRange(cpu, least - 0.02, self.TotalProcessorTime.TotalSeconds + 0.02);
        Assert.InRange(rss, self.WorkingSet64 / 2, self.WorkingSet64 * 2);
    }

    [Fact]
    public void Of_processesThatHaveGone_isNothing() => Assert.Equal((0, 0), ProcessFigures.Of([int.MaxValue]));
}
