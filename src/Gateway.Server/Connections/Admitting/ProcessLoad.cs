using System.Globalization;

namespace Gateway.Server.Connections.Admitting;

/// <summary>The load of this process as the kernel sees it. Resident memory, not the heap: it is what the out-of-memory killer looks at.</summary>
internal sealed class ProcessLoad : ILoadSource
{
    // Version 2 and version 1 of the kernel's control groups, as a container sees its own.
    private static readonly string[] MemoryLimitFiles = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

    public LoadSample Read() => new(Environment.WorkingSet, MemoryLimit(), Environment.CpuUsage.TotalTime, Environment.ProcessorCount);

    private static long MemoryLimit()
    {
        var machine = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        foreach (var file in MemoryLimitFiles)
        {
            if (ReadNumber(file) is { } limit)
            {
                // Without a limit version 2 says "max" and version 1 a number beyond any machine. The heap's own limit in a container is 75 % of it: not what is asked for here.
                return limit < machine * 4 ? limit : machine;
            }
        }

        return machine;
    }

    private static long? ReadNumber(string file)
    {
        try
        {
            return File.Exists(file) && long.TryParse(File.ReadAllText(file), NumberStyles.None | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) ? number : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
