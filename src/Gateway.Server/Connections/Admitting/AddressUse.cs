using System.Net;
using Gateway.Server.Connections.Limiting;

namespace Gateway.Server.Connections.Admitting;

/// <summary>What one address (of IPv6: one /64) takes of the node. Count and handshakes are under the lock of <see cref="Admission"/>, the rates are shared by lanes.</summary>
internal sealed class AddressUse(IPAddress address) : SharedRates
{
    /// <summary>When its bucket of handshakes will be full again.</summary>
    private long _handshakesFullAt;

    /// <summary>As <see cref="AddressRules.KeyOf"/> has it.</summary>
    public IPAddress Address => address;

    public int ConnectionCount { get; set; }

    public bool IsForgettable(long now) => ConnectionCount == 0 && _handshakesFullAt <= now && FullAt <= now;

    /// <returns>0, or the nanoseconds until one may come.</returns>
    public long TakeHandshake(long now, long cost, long burst) => cost == 0 ? 0 : RateBucket.Take(ref _handshakesFullAt, now, cost, burst);

    /// <summary>A bucket that is full already stays full: what is before now counts as now.</summary>
    public void GiveHandshakeBack(long cost) => _handshakesFullAt -= cost;
}
