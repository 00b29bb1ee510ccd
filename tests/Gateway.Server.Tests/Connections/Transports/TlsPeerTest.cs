using System.Net.Sockets;
using Gateway.Server.Connections.Sockets.Tls;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>TLS clients of other makes at a listener whose lane turns when the test says so.</summary>
public abstract class TlsPeerTest : IAsyncDisposable
{
    private readonly List<OpenSslPeer> _peers = [];

    protected TlsPeerTest() => Rig = new ListenerRig(Tls);

    private protected TlsContext Tls { get; } = new(TlsTestCertificate.Ecdsa());

    private protected ListenerRig Rig { get; }

    public async ValueTask DisposeAsync()
    {
        _peers.ForEach(static peer => peer.Dispose());
        Assert.Empty(Rig.Faults);
        await Rig.DisposeAsync();
        Assert.Equal(0, Tls.OpenCount);
        Tls.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Each of the peers gets it, and nothing else.</summary>
    private protected void AssertArrives(byte[] sent, Task writing, params OpenSslPeer[] peers)
    {
        var buffer = new byte[64 * 1024];
        var received = peers.Select(static _ => new MemoryStream()).ToArray();
        Rig.TurnUntil(() =>
        {
            for (var i = 0; i < peers.Length; i++)
            {
                received[i].Write(buffer, 0, peers[i].Read(buffer));
                Assert.Null(peers[i].Fault);
            }

            return received.All(each => each.Length >= sent.Length) && writing.IsCompleted;
        });
        Assert.All(received, each => Assert.Equal(sent, each.ToArray()));
    }

    private protected OpenSslPeer Add(OpenSslPeer peer)
    {
        _peers.Add(peer);
        return peer;
    }

    /// <summary>A connection whose other end is the test's, as Kestrel's would be.</summary>
    private protected Task<(OpenSslPeer Peer, ConnectionContext Context)> EnterAsync(int version, Socket? socket = null) =>
        EnterAsync(Add(new OpenSslPeer(socket ?? Rig.Connect(), version)));

    private protected async Task<(OpenSslPeer Peer, ConnectionContext Context)> EnterAsync(OpenSslPeer peer) => (peer, await Rig.EnterAsync(peer));

    private protected async Task LeaveAsync(ConnectionContext context)
    {
        context.Abort();
        var ending = context.DisposeAsync().AsTask();
        Rig.TurnUntil(() => ending.IsCompleted);
        await ending;
        Assert.Equal(0, Tls.OpenCount);
    }
}
