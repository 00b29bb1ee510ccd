using System.Globalization;

namespace Gateway.Transcoding.Tests.Support;

/// <summary>Looks at processes through /proc, also at those that are nobody's children any more.</summary>
internal static class LiveProcesses
{
    /// <summary>Those with <paramref name="text"/> in their command line.</summary>
    public static int[] WithArgument(string text) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(static path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0 && pid != Environment.ProcessId && Read(pid, "cmdline").Contains(text, StringComparison.Ordinal) && IsAlive(pid)),
    ];

    /// <summary>A dead process that nobody has reaped (Z) is dead.</summary>
    public static bool IsAlive(int pid)
    {
        var stat = Read(pid, "stat");
        return stat.Length > 0 && stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
    }

    public static int Niceness(int pid)
    {
        var stat = Read(pid, "stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }

    /// <summary>The kernel tells only a parent of the end of a process; anyone else has to look again. The limit only ends a test that has failed.</summary>
    public static async Task WaitForEndAsync(int pid)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var looks = 0; IsAlive(pid); looks++)
        {
            Assert.True(looks < 1500, $"Process {pid} lives on: {Read(pid, "cmdline").Replace('\0', ' ')}");
            await timer.WaitForNextTickAsync();
        }
    }

    private static string Read(int pid, string name)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/{name}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
