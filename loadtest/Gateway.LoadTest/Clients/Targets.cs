using System.Net;
using System.Net.Sockets;

namespace Gateway.LoadTest.Clients;

/// <summary>The addresses of gateways.</summary>
internal static class Targets
{
    /// <exception cref="LoadTestException">There is no such host, or it has no IPv4 address.</exception>
    public static IPEndPoint Resolve(Uri target)
    {
        try
        {
            var address = Array.Find(Dns.GetHostAddresses(target.DnsSafeHost), static each => each.AddressFamily == AddressFamily.InterNetwork);
            return new IPEndPoint(address ?? throw new LoadTestException(ExitCode.BadArguments, $"{target.Host} has no IPv4 address, and the load client speaks no IPv6."), target.Port);
        }
        catch (SocketException exception)
        {
            throw new LoadTestException(ExitCode.BadArguments, $"{target.Host} is not known: {exception.Message}", exception);
        }
    }

    /// <summary>Whether the target is this machine: anything else has to be asked for.</summary>
    public static bool IsLocal(Uri target) => IPAddress.IsLoopback(Resolve(target).Address);
}
