using System.Globalization;
using Gateway.LoadTest.Clients;

namespace Gateway.LoadTest.Running;

/// <summary>Whether a run fits this machine: files of a process, ports of a source address.</summary>
internal static class RunLimits
{
    // What a process has open beside its connections.
    private const int OtherFiles = 200;

    // Linux looks for a free port among every second one first: when those are used up, it walks past all of them, a millisecond for each connection.
    private const int PortsPerConnection = 3;

    // 127.0.0.2 to 127.0.0.254.
    private const int MaxSources = 253;

    /// <exception cref="LoadTestException">It does not; the message says what to do.</exception>
    public static void Check(RunTerms terms, int targetCount) =>
        Check(terms.Options, Math.Max(terms.WorkerCount, targetCount), targetCount, FileLimit(), PortCount());

    /// <summary>Where the connections come from when nothing is said: on this machine from as many addresses as keep ports quickly found, elsewhere from the one that the kernel takes.</summary>
    public static IReadOnlyList<string> SourcesFor(LoadOptions options, IReadOnlyList<Uri> targets) =>
        options.Sources.Count > 0 || !targets.All(Targets.IsLocal) ? options.Sources : SourcesFor(options.Connections, targets.Count, PortCount());

    internal static IReadOnlyList<string> SourcesFor(int connections, int targets, long ports)
    {
        var count = Math.Min(MaxSources, Share(Share(connections, targets), (int)Math.Max(1, ports / PortsPerConnection)));
        return count == 1 ? [] : [.. Enumerable.Range(2, count).Select(static last => $"127.0.0.{last}")];
    }

    internal static void Check(LoadOptions options, int workers, int targets, long files, long ports)
    {
        var perWorker = Share(options.Connections + options.Publishers, workers);
        if (perWorker + OtherFiles > files)
        {
            throw new LoadTestException(
                ExitCode.BadArguments,
                string.Create(CultureInfo.InvariantCulture, $"{options.Connections:N0} connections from {workers:N0} load processes are {perWorker:N0} each, and a process may open {files:N0} files here. Take --workers {Share(options.Connections, (int)Math.Max(1, files - OtherFiles)):N0} or more, or raise the limit (ulimit -n)."));
        }

        if (Share(options.Connections, targets) + OtherFiles > files)
        {
            throw new LoadTestException(
                ExitCode.BadArguments,
                string.Create(CultureInfo.InvariantCulture, $"{options.Connections:N0} connections on {targets:N0} gateways are more than the {files:N0} files that a process may open here. Take --gateways {Share(options.Connections, (int)Math.Max(1, files - OtherFiles)):N0} or more."));
        }

        var perTarget = Share(options.Connections, targets);
        var sources = Math.Max(1, options.Sources.Count);
        if (perTarget > ports * sources)
        {
            throw new LoadTestException(
                ExitCode.BadArguments,
                string.Create(CultureInfo.InvariantCulture, $"{perTarget:N0} connections to one gateway need more ports than the {ports * sources:N0} of {sources:N0} source addresses. Take --sources 127.0.0.2-127.0.0.{1 + Share(perTarget, (int)ports):N0}."));
        }
    }

    private static int Share(int count, int parts) => (count + parts - 1) / parts;

    private static long FileLimit()
    {
        var line = File.ReadLines("/proc/self/limits").First(static each => each.StartsWith("Max open files", StringComparison.Ordinal));
        var hard = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        return hard == "unlimited" ? long.MaxValue : long.Parse(hard, CultureInfo.InvariantCulture);
    }

    private static long PortCount()
    {
        var range = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(range[1], CultureInfo.InvariantCulture) - long.Parse(range[0], CultureInfo.InvariantCulture) + 1;
    }
}
