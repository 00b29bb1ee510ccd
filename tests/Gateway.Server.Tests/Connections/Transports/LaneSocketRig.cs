using System.Runtime.InteropServices;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Sockets;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>The lane-socket transport.</summary>
internal sealed class LaneSocketRig : TransportRig, IReady
{
    public LaneSocketRig()
        : this([])
    {
    }

    private LaneSocketRig(List<Exception> faults)
        : base(new EpollPoller(faults.Add))
    {
        PollerFaults = faults;
        Span<byte> address = stackalloc byte[SocketAddresses.MaxBytes];
        var length = address.Length;
        var listener = (int)Listener.SafeHandle.DangerousGetHandle();
        var file = Libc.Accept(listener, ref MemoryMarshal.GetReference(address), ref length, Libc.NonBlocking | Libc.CloseOnExec);
        var slot = Poller.Add(file, this);
        var socket = new LaneSocket<PlainChannel>(Lane, Poller, new PlainChannel(file), slot);
        Poller.Replace(slot, socket);
        Transport = socket;
    }

    public override ITransport Transport { get; }

    public List<Exception> PollerFaults { get; }

    public EpollPoller Poller => (EpollPoller)Lane.Poller;

    void IReady.OnReady(EpollEvents events) => throw new InvalidOperationException("Replaced before the first turn.");

    void IReady.OnLaneStopped() => throw new InvalidOperationException("Replaced before the first turn.");
}
