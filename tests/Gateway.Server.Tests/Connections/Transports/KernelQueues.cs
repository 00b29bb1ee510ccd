using System.Globalization;
using System.Net;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>What waits in the kernel for a TCP socket of IPv4, as /proc/net/tcp tells.</summary>
internal static class KernelQueues
{
    /// <summary>How many connections wait to be accepted at an address.</summary>
    public static int Waiting(EndPoint listener) => Queues(listener, "0A", peer: null)!.Value.Received;

    /// <summary>Bytes of a connection that its peer has not taken; 0 when it is closed.</summary>
    public static int Left(EndPoint ours, EndPoint peer) => Queues(ours, state: null, peer)?.Sent ?? 0;

    // Columns: number, our address:port, the peer's, state (0A listens), sent:received; of a listener the second is how many wait.
    private static (int Sent, int Received)? Queues(EndPoint ours, string? state, EndPoint? peer)
    {
        var columns = File.ReadLines("/proc/net/tcp").Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(each => each[1].EndsWith(PortOf(ours), StringComparison.Ordinal) && (state is null || each[3] == state) && (peer is null || each[2].EndsWith(PortOf(peer), StringComparison.Ordinal)));
        return columns?[4].Split(':') is [var sent, var received] ? (Number(sent), Number(received)) : null;
    }

    private static string PortOf(EndPoint end) => string.Create(CultureInfo.InvariantCulture, $":{((IPEndPoint)end).Port:X4}");

    private static int Number(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
