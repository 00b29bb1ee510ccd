using Gateway.Nats.Protocol;

namespace Gateway.Nats.Connections;

/// <summary>The configured servers and those that they told of, in the order in which they are tried. Belongs to the connection loop; INFO reaches it through a lock.</summary>
internal sealed class ServerPool
{
    private readonly Lock _lock = new();
    private readonly List<(ServerAddress Address, bool IsConfigured)> _servers = [];
    private readonly bool _randomize;
    private readonly bool _learns;
    private ServerAddress? _current;

    public ServerPool(IEnumerable<string> configured, bool randomize, bool learns)
    {
        _randomize = randomize;
        _learns = learns;
        foreach (var address in configured.Select(ServerAddress.Parse))
        {
            if (!_servers.Exists(known => known.Address.IsSamePlace(address)))
                _servers.Add((address, true));
        }

        if (randomize)
            Random.Shared.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_servers));
    }

    /// <summary>One round: every server once, the one we come from last.</summary>
    public IReadOnlyList<ServerAddress> Round()
    {
        lock (_lock)
        {
            var at = _current is null ? -1 : _servers.FindIndex(known => known.Address.IsSamePlace(_current));
            return [.. _servers.Skip(at + 1).Concat(_servers.Take(at + 1)).Select(known => known.Address)];
        }
    }

    /// <summary>Says which server is in use; the next round begins behind it.</summary>
    public void Use(ServerAddress server)
    {
        lock (_lock)
            _current = server;
    }

    /// <summary>Takes over what INFO says of the cluster. Servers that it names no more are forgotten, but never a configured one nor the one in use.</summary>
    public void Learn(ServerInfo info, ServerAddress toldBy)
    {
        if (!_learns || info.ConnectUrls is not { Count: > 0 } urls)
            return;
        var told = urls.Select(url => ServerAddress.FromInfo(url, toldBy)).OfType<ServerAddress>().ToList();
        lock (_lock)
        {
            _servers.RemoveAll(known => !known.IsConfigured && !known.Address.IsSamePlace(toldBy) && !told.Exists(known.Address.IsSamePlace));
            foreach (var address in told.Where(address => !_servers.Exists(known => known.Address.IsSamePlace(address))))
                _servers.Insert(_randomize ? Random.Shared.Next(_servers.Count + 1) : _servers.Count, (address, false));
        }
    }
}
