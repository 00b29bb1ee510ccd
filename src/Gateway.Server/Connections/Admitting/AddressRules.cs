using System.Net;
using System.Net.Sockets;

namespace Gateway.Server.Connections.Admitting;

/// <summary>Which addresses may connect: the lists of the limits, parsed. Immutable.</summary>
internal sealed class AddressRules(IEnumerable<string> allowed, IEnumerable<string> denied)
{
    /// <summary>The lists are looked through one by one, once for a handshake: 1,000 take some microseconds.</summary>
    public const int MaxEntries = 1000;

    private const int Ipv6PrefixBytes = 8;

    private readonly IPNetwork[] _allowed = Parse(allowed);
    private readonly IPNetwork[] _denied = Parse(denied);

    /// <summary>The address, or all addresses that one customer is usually given: IPv4 as such, also when mapped into IPv6, of IPv6 the /64.</summary>
    public static IPAddress KeyOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[Ipv6PrefixBytes..].Clear();
        return new IPAddress(bytes);
    }

    /// <summary>Reads an entry: a network in CIDR, or an address alone.</summary>
    public static bool TryParse(string? entry, out IPNetwork network)
    {
        network = default;
        if (string.IsNullOrEmpty(entry))
            return false;
        var slash = entry.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? entry : entry[..slash];
        if (!IPAddress.TryParse(first, out var address) || (address.AddressFamily == AddressFamily.InterNetwork && !IsDotted(first)))
            return false;

        // 10.0.0.1/8 may have been meant as 10.0.0.1 or as 10.0.0.0/8.
        if (slash >= 0)
            return IPNetwork.TryParse(entry, out network) && network.BaseAddress.Equals(address);
        network = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        return true;
    }

    public bool IsAllowed(IPAddress address) => !IsDenied(address) && (_allowed.Length == 0 || Contains(_allowed, Plain(address)));

    /// <summary>True for one that the list of denied ones names, whatever the other list says.</summary>
    public bool IsDenied(IPAddress address) => Contains(_denied, Plain(address));

    /// <summary>True when every address that shares a key (of IPv6: the whole /64) is kept out: all that can be said of a connection that is open, of which only the key is kept.</summary>
    public bool KeepsOut(IPAddress key) =>
        Array.Exists(_denied, network => network.PrefixLength <= KeyBits(key) && network.Contains(key))
        || (_allowed.Length > 0 && !Array.Exists(_allowed, network => network.Contains(key) || KeyOf(network.BaseAddress).Equals(key)));

    /// <summary>True when both let the same in.</summary>
    public bool IsSameAs(AddressRules other) => _allowed.AsSpan().SequenceEqual(other._allowed) && _denied.AsSpan().SequenceEqual(other._denied);

    private static int KeyBits(IPAddress key) => key.AddressFamily == AddressFamily.InterNetwork ? 32 : 8 * Ipv6PrefixBytes;

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    // "10" and "10.1" are addresses to inet_aton; in a list of addresses they are a slip.
    private static bool IsDotted(string entry) => entry.Count(static each => each == '.') == 3;

    private static bool Contains(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }

    private static IPNetwork[] Parse(IEnumerable<string> entries) =>
        [.. entries.Select(static entry => TryParse(entry, out var network) ? network : throw new ArgumentException($"'{entry}' was not checked.", nameof(entries)))];
}
