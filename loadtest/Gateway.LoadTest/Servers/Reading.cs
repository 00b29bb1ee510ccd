using System.Diagnostics;

namespace Gateway.LoadTest.Servers;

/// <summary>What servers and load processes have used up to a moment.</summary>
/// <param name="Time">In nanoseconds of CLOCK_MONOTONIC.</param>
/// <param name="ServerRssBytes">Resident memory of all servers whose process is known.</param>
/// <param name="ServerCpuSeconds">User and system time of them, since they started.</param>
/// <param name="ClientRssBytes">Of the load processes.</param>
/// <param name="ClientCpuSeconds">Of the load processes.</param>
public sealed record Reading(long Time, long ServerRssBytes, double ServerCpuSeconds, long ClientRssBytes, double ClientCpuSeconds)
{
    internal static Reading Take(IEnumerable<int> servers, IEnumerable<int> clients)
    {
        var (serverRss, serverCpu) = ProcessFigures.Of(servers);
        var (clientRss, clientCpu) = ProcessFigures.Of(clients);
        return new Reading(Stopwatch.GetTimestamp(), serverRss, serverCpu, clientRss, clientCpu);
    }
}
