using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Server.Operations.Listening;

/// <summary>The part of an endpoint before the port: this machine only, everything, or one IP address.</summary>
internal sealed class ListenAddress
{
    private readonly IPAddress? _address;
    private readonly bool _isLocalhost;

    private ListenAddress(IPAddress? address, bool isLocalhost) => (_address, _isLocalhost) = (address, isLocalhost);

    public static bool TryParse(string text, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = text.Trim() switch
        {
            "localhost" => new ListenAddress(address: null, isLocalhost: true),
            "*" or "+" or "0.0.0.0" or "::" or "[::]" => new ListenAddress(address: null, isLocalhost: false),
            var other when IPAddress.TryParse(other, out var ip) => new ListenAddress(ip, isLocalhost: false),
            _ => null,
        };
        return address is not null;
    }

    /// <summary>The addresses to try a bind on, to tell early that a port is taken.</summary>
    public IPAddress Probe => _address ?? (_isLocalhost ? IPAddress.Loopback : IPAddress.Any);

    public void Listen(KestrelServerOptions kestrel, int port, Action<ListenOptions> configure)
    {
        if (_address is not null)
            kestrel.Listen(_address, port, configure);
        else if (!_isLocalhost)
            kestrel.ListenAnyIP(port, configure);
        else if (port == 0)
            kestrel.Listen(IPAddress.Loopback, 0, configure); // A free port cannot be the same on IPv4 and IPv6.
        else
            kestrel.ListenLocalhost(port, configure);
    }
}
