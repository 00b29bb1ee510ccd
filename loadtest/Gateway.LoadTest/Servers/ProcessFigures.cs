using System.Globalization;

namespace Gateway.LoadTest.Servers;

/// <summary>Memory and CPU of processes, from /proc.</summary>
internal static class ProcessFigures
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <returns>Sums over all of them; a process that has gone counts nothing.</returns>
    public static (long RssBytes, double CpuSeconds) Of(IEnumerable<int> processes)
    {
        long rss = 0;
        double cpu = 0;
        foreach (var process in processes)
        {
            try
            {
                // Fields count from behind the name, which may hold blanks: state is 0, utime 11, stime 12.
                var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                cpu += (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
                var statm = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/statm")).Split(' ');
                rss += Number(statm[1]) * Environment.SystemPageSize;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has gone; the run will say so in its own words.
            }
        }

        return (rss, cpu);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
