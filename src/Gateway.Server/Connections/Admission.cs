using System.Net;
using Gateway.Server.Connections.Admitting;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Lanes;

namespace Gateway.Server.Connections;

/// <summary>
/// Lets connections in or refuses them: by address, by how fast they come, by how many there are, by the state of the node. Any thread; once per connection.
/// </summary>
/// <remarks>An address is remembered while it has connections or its buckets are not full, so that leaving and coming again does not fill them.</remarks>
internal sealed class Admission(LiveLimits live, LoadGuard load, TimeProvider time)
{
    // Each call looks at up to so many addresses that have left: as many as one call can add, and one more, so that the list shrinks.
    private const int ForgottenPerCall = 2;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, AddressUse> _addresses = [];
    private readonly Queue<AddressUse> _left = new();
    private long _handshakesFullAt;
    private int _count;
    private bool _isDraining;

    /// <summary>Connections now, upgrades under way included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How often each limit refused somebody.</summary>
    public LimitUse Use { get; } = new();

    /// <summary>Addresses remembered now.</summary>
    public int AddressCount
    {
        get
        {
            lock (_lock)
            {
                return _addresses.Count;
            }
        }
    }

    /// <summary>Addresses that have left and are to be forgotten.</summary>
    public int LeftCount
    {
        get
        {
            lock (_lock)
            {
                return _left.Count;
            }
        }
    }

    /// <summary>Connections of the address that has most.</summary>
    public int FullestAddressCount
    {
        get
        {
            lock (_lock)
            {
                return _addresses.Values.Select(static each => each.ConnectionCount).DefaultIfEmpty().Max();
            }
        }
    }

    /// <summary>From now on everybody is sent elsewhere.</summary>
    public void StartDraining()
    {
        lock (_lock)
        {
            _isDraining = true;
        }
    }

    /// <summary>False for an address that the lists keep out.</summary>
    public bool IsAllowed(IPAddress address)
    {
        var rules = live.Current.Addresses;
        if (rules.IsAllowed(address))
            return true;
        Use.HitShared(rules.IsDenied(address) ? LimitName.DeniedAddresses : LimitName.AllowedAddresses);
        return false;
    }

    /// <param name="use">Of one who is admitted: what its connections share.</param>
    public AdmissionVerdict TryEnter(IPAddress address, out AddressUse? use)
    {
        use = null;
        var limits = live.Current;
        if (!IsAllowed(address))
            return AdmissionVerdict.AddressForbidden;
        var now = Lane.NanosecondsOf(time);
        lock (_lock)
        {
            Forget(now);
            var key = AddressRules.KeyOf(address);
            var isKnown = _addresses.TryGetValue(key, out var found);
            found ??= new AddressUse(key);
            var verdict = Judge(limits, found, now);
            if (verdict != AdmissionVerdict.Admitted)
            {
                if (LimitOf(verdict) is { } limit)
                    Use.HitShared(limit);

                // One that has used some of its handshakes is remembered for that.
                if (!isKnown && !found.IsForgettable(now))
                {
                    _addresses.Add(key, found);
                    ListLeft(found);
                }

                return verdict;
            }

            _addresses[key] = found;
            found.ConnectionCount++;
            _count++;
            use = found;
            return verdict;
        }
    }

    /// <param name="use">As <see cref="TryEnter"/> gave it.</param>
    public void Exit(AddressUse use)
    {
        lock (_lock)
        {
            _count--;
            if (--use.ConnectionCount == 0)
                ListLeft(use);
            Forget(Lane.NanosecondsOf(time));
        }
    }

    /// <summary>Takes a handshake out of the rates again: of one who came when and where a node of the cluster had sent him.</summary>
    public void GiveBack(AddressUse use)
    {
        var limits = live.Current;
        lock (_lock)
        {
            use.GiveHandshakeBack(limits.AddressHandshakeCost);
            _handshakesFullAt -= limits.NodeHandshakeCost;
        }
    }

    // The rates first: who comes too fast is to be told so also when the node is full. A handshake that another rule refuses counts as one.
    private AdmissionVerdict Judge(LimitsInForce limits, AddressUse address, long now)
    {
        if (_isDraining)
            return AdmissionVerdict.Draining;
        var burst = limits.PerConnection.Burst;
        if (address.TakeHandshake(now, limits.AddressHandshakeCost, burst) > 0)
            return AdmissionVerdict.AddressTooFast;
        if (limits.NodeHandshakeCost > 0 && RateBucket.Take(ref _handshakesFullAt, now, limits.NodeHandshakeCost, burst) > 0)
            return AdmissionVerdict.NodeTooFast;
        if (load.Refusing is { } mark)
            return mark == LoadMark.Memory ? AdmissionVerdict.HighMemory : AdmissionVerdict.HighCpu;
        if (_count >= limits.Values.MaxConnections)
            return AdmissionVerdict.NodeFull;
        return address.ConnectionCount >= limits.Values.MaxConnectionsPerAddress ? AdmissionVerdict.AddressFull : AdmissionVerdict.Admitted;
    }

    private static LimitName? LimitOf(AdmissionVerdict verdict) => verdict switch
    {
        AdmissionVerdict.NodeFull => LimitName.MaxConnections,
        AdmissionVerdict.AddressFull => LimitName.MaxConnectionsPerAddress,
        AdmissionVerdict.NodeTooFast => LimitName.HandshakesPerSecond,
        AdmissionVerdict.AddressTooFast => LimitName.HandshakesPerSecondPerAddress,
        AdmissionVerdict.HighMemory => LimitName.MemoryHighWaterPercent,
        AdmissionVerdict.HighCpu => LimitName.CpuHighWaterPercent,
        _ => null,
    };

    // Those who left first come first. One whose buckets are not full yet goes to the end; one that came back is listed again when it leaves again.
    private void Forget(long now)
    {
        for (var i = 0; i < ForgottenPerCall && _left.TryDequeue(out var use); i++)
        {
            use.IsListed = false;
            if (use.IsForgettable(now))
                _addresses.Remove(use.Address);
            else if (use.ConnectionCount == 0)
                ListLeft(use);
        }
    }

    // Once: one that comes and goes all the time, so that its buckets are never full, would else be there once for each time.
    private void ListLeft(AddressUse use)
    {
        if (!use.IsListed)
        {
            use.IsListed = true;
            _left.Enqueue(use);
        }
    }
}
