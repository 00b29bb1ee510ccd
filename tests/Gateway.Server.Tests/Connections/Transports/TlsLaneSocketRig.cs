using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Sockets;
using Gateway.Server.Connections.Sockets.Tls;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>The lane-socket transport over TLS; its peer speaks .NET's.</summary>
internal sealed class TlsLaneSocketRig : TransportRig, IReady
{
    private readonly X509Certificate2Collection _chain = TlsTestCertificate.Ecdsa();
    private readonly TlsContext _tls;
    private readonly SslProtocols _version;

    public TlsLaneSocketRig(SslProtocols version)
        : this(version, [])
    {
    }

    private TlsLaneSocketRig(SslProtocols version, List<Exception> faults)
        : base(new EpollPoller(faults.Add))
    {
        _version = version;
        _tls = new TlsContext(_chain);
        PollerFaults = faults;
        Span<byte> address = stackalloc byte[SocketAddresses.MaxBytes];
        var length = address.Length;
        var file = Libc.Accept((int)Listener.SafeHandle.DangerousGetHandle(), ref MemoryMarshal.GetReference(address), ref length, Libc.NonBlocking | Libc.CloseOnExec);
        var session = _tls.Open(file);
        var client = Task.Run(() => PeerStream);
        TurnUntil(() =>
        {
            OpenSsl.ClearErrors();
            return OpenSsl.Accept(session) == 1 && client.IsCompleted;
        });
        client.GetAwaiter().GetResult();
        var slot = Poller.Add(file, this);
        var socket = new LaneSocket<TlsChannel>(Lane, Poller, new TlsChannel(_tls.OutputOf(Lane), session, file), slot);
        Poller.Replace(slot, socket);
        Transport = socket;
    }

    public override ITransport Transport { get; }

    public List<Exception> PollerFaults { get; }

    public EpollPoller Poller => (EpollPoller)Lane.Poller;

    public override void EndPeerHalf()
    {
        ((SslStream)PeerStream).ShutdownAsync().GetAwaiter().GetResult();
        base.EndPeerHalf();
    }

    void IReady.OnReady(EpollEvents events) => throw new InvalidOperationException("Replaced before the first turn.");

    void IReady.OnLaneStopped() => throw new InvalidOperationException("Replaced before the first turn.");

    /// <summary>Every session must have been freed, once.</summary>
    public override void Dispose()
    {
        base.Dispose();
        Assert.Equal(0, _tls.OpenCount);
        _tls.Dispose();
        _chain[0].Dispose();
        Assert.Empty(PollerFaults);
    }

    protected override Stream OpenPeer(NetworkStream stream)
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: false, (_, actual, _, _) => actual!.GetRawCertData().AsSpan().SequenceEqual(_chain[0].RawData));
        tls.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = _version });
        return tls;
    }
}
