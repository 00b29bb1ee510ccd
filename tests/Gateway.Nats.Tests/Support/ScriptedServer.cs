using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Gateway.Nats.Tests.Support;

/// <summary>A server that says and does what a test tells it, for what a real one will not.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<ScriptedPeer> _peers = Channel.CreateUnbounded<ScriptedPeer>();
    private readonly List<ScriptedPeer> _all = [];
    private readonly Task _accepting;

    public ScriptedServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public string Authority => Url["nats://".Length..];

    /// <summary>The next connection; nothing has been said on it.</summary>
    public Task<ScriptedPeer> AcceptPeerAsync() => _peers.Reader.ReadAsync(Deadline.Token).AsTask();

    /// <summary>The next connection, let in.</summary>
    /// <param name="info">Fields of INFO beside the usual ones.</param>
    public async Task<ScriptedPeer> LetInAsync(string info = "")
    {
        var peer = await AcceptPeerAsync();
        await peer.SendInfoAsync(info);
        await peer.LetInAsync();
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (var peer in _all)
            peer.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var peer = new ScriptedPeer(await _listener.AcceptSocketAsync());
                _all.Add(peer);
                _peers.Writer.TryWrite(peer);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
