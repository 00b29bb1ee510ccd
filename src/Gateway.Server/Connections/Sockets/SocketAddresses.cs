using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Gateway.Server.Connections.Sockets;

/// <summary>Reads a struct sockaddr (man 7 ip, ipv6).</summary>
internal static class SocketAddresses
{
    /// <summary>The size of a struct sockaddr_in6, the larger of the two.</summary>
    public const int MaxBytes = 28;

    private const ushort InterNetwork = 2;
    private const ushort InterNetworkV6 = 10;

    /// <summary>Where the peer of a socket is; null when it is gone already.</summary>
    public static IPEndPoint? RemoteOf(int socket)
    {
        Span<byte> address = stackalloc byte[MaxBytes];
        var length = address.Length;
        return Libc.RemoteAddress(socket, ref MemoryMarshal.GetReference(address), ref length) == 0 ? ReadEndPoint(address) : null;
    }

    /// <summary>Where a socket is itself.</summary>
    public static IPEndPoint? LocalOf(int socket)
    {
        Span<byte> address = stackalloc byte[MaxBytes];
        var length = address.Length;
        return Libc.LocalAddress(socket, ref MemoryMarshal.GetReference(address), ref length) == 0 ? ReadEndPoint(address) : null;
    }

    // The port stands in the same place in both, in network order.
    private static IPEndPoint ReadEndPoint(ReadOnlySpan<byte> address) => new(Read(address), BinaryPrimitives.ReadUInt16BigEndian(address[2..]));

    /// <summary>The IP address; of a mapped one (::ffff:1.2.3.4) what it stands for, so that a client has one address however it came.</summary>
    public static IPAddress Read(ReadOnlySpan<byte> address)
    {
        switch (MemoryMarshal.Read<ushort>(address))
        {
            // sin_family (2), sin_port (2), sin_addr (4)
            case InterNetwork:
                return new IPAddress(address.Slice(4, 4));

            // sin6_family (2), sin6_port (2), sin6_flowinfo (4), sin6_addr (16), sin6_scope_id (4)
            case InterNetworkV6:
                var ip = new IPAddress(address.Slice(8, 16), MemoryMarshal.Read<uint>(address[24..]));
                return ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
            default:
                return IPAddress.None;
        }
    }
}
