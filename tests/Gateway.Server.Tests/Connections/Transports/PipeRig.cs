using System.Net.Sockets;
using Gateway.Server.Connections;
using Gateway.Server.Lanes;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>The pipe transport over Kestrel's own socket transport.</summary>
internal sealed class PipeRig : TransportRig
{
    private readonly SocketConnectionContextFactory _contexts = new(new SocketConnectionFactoryOptions(), NullLogger.Instance);
    private readonly Socket _accepted;

    public PipeRig()
        : base(new EventPoller())
    {
        _accepted = Listener.Accept();
        var context = _contexts.Create(_accepted);
        Transport = new PipeTransport(Lane, context.Transport, context.Abort);
    }

    public override bool TellsTaken => false;

    public override ITransport Transport { get; }

    public override void Dispose()
    {
        base.Dispose();
        _accepted.Dispose();
        _contexts.Dispose();
    }
}
