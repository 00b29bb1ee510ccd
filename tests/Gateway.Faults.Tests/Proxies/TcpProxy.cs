using System.Net;
using System.Net.Sockets;

namespace Gateway.Faults.Tests.Proxies;

/// <summary>
/// A port of 127.0.0.1 that stands for another one, which may change, and the line between: it can be cut, held in one or both directions, and made slow.
/// Bytes are never lost on an open connection, as TCP has it: what is held comes later, or the connection breaks.
/// </summary>
/// <remarks>Called from any thread. A connection is read by two loops of its own, which the proxy awaits when it is disposed.</remarks>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private readonly HashSet<ProxyLink> _links = [];
    private readonly List<Task> _running = [];
    private readonly Gate _up = new();
    private readonly Gate _down = new();
    private readonly Random _jitter;
    private readonly Task _accepting;
    private TimeSpan _delay;
    private bool _isCut;

    /// <param name="seed">Of the jitter of delays.</param>
    public TcpProxy(int seed = 0)
    {
        _jitter = new Random(seed);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, for all its life.</summary>
    public int Port { get; }

    /// <summary>The port of 127.0.0.1 that it stands for; 0: nobody is there, and who connects is refused.</summary>
    public int Target { get; set; }

    /// <summary>Connections that are open now.</summary>
    public int LinkCount
    {
        get
        {
            lock (_lock)
                return _links.Count;
        }
    }

    /// <summary>Breaks all connections (RST) and every new one, until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        lock (_lock)
            _isCut = true;
        Break();
    }

    /// <summary>Breaks all connections (RST); new ones are let through.</summary>
    public void Break()
    {
        ProxyLink[] links;
        lock (_lock)
            links = [.. _links];
        foreach (var link in links)
            link.Reset();
    }

    /// <summary>Lets nothing through in these directions, neither bytes nor the end of a connection: the line is dead and nobody says so.</summary>
    public void Hold(Directions directions)
    {
        if (directions.HasFlag(Directions.Up))
            _up.Close();
        if (directions.HasFlag(Directions.Down))
            _down.Close();
    }

    /// <summary>Each piece arrives so much later, give or take a half; the order stays.</summary>
    public void Delay(TimeSpan delay)
    {
        lock (_lock)
            _delay = delay;
    }

    /// <summary>The line is whole again: what was held goes on, new connections are let through, without delay.</summary>
    public void Mend()
    {
        lock (_lock)
        {
            _isCut = false;
            _delay = default;
        }

        _up.Open();
        _down.Open();
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        Break();
        Task[] running;
        lock (_lock)
            running = [.. _running];
        await Task.WhenAll(running);
        _ending.Dispose();
    }

    /// <summary>How long the next piece takes.</summary>
    internal TimeSpan NextDelay()
    {
        lock (_lock)
            return _delay == default ? default : _delay * (0.5 + _jitter.NextDouble());
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_ending.Token);
                lock (_lock)
                {
                    _running.RemoveAll(static task => task.IsCompleted);
                    _running.Add(ServeAsync(client));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy ends.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        await Task.Yield();
        using var link = new ProxyLink(this, client);
        lock (_lock)
        {
            if (_isCut || _ending.IsCancellationRequested)
            {
                link.Reset();
                return;
            }

            _links.Add(link);
        }

        try
        {
            await link.RunAsync(_up, _down, _ending.Token);
        }
        finally
        {
            lock (_lock)
                _links.Remove(link);
        }
    }
}
