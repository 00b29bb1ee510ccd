using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Gateway.Server.Connections.Sockets.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gateway.Server.Connections.Sockets;

/// <summary>
/// One endpoint of Kestrel whose connections the lanes accept. Kestrel gets to see only those that are no upgrade on the gateway's paths.
/// </summary>
internal sealed class LaneListener : IConnectionListener
{
    // Bounded by the limit of open files, as what Kestrel's own transport accepts is: a burst (2,000 probes at once) comes faster than Kestrel takes it, and is to wait, not to be cut off.
    private readonly Channel<Other> _others = Channel.CreateUnbounded<Other>();
    private readonly SocketConnectionContextFactory _contexts;
    private readonly LaneAcceptor _acceptor;

    /// <param name="tls">Null for plain TCP.</param>
    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    public LaneListener(IPEndPoint endPoint, LaneSocketNode node, TlsContext? tls, ILoggerFactory logs)
    {
        _contexts = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), logs.CreateLogger<LaneListener>());
        var socket = Listen(endPoint, node.Connections.Limits.MaxUnsentBytes);
        EndPoint = socket.LocalEndPoint!;
        _acceptor = new LaneAcceptor(socket, node, tls, this);
        _acceptor.Start();
    }

    public EndPoint EndPoint { get; }

    /// <summary>Gives Kestrel a socket; ends it when Kestrel has stopped. Any lane.</summary>
    public void HandOver(int socket)
    {
        if (!_others.Writer.TryWrite(new Other(socket, Bridged: null)))
        {
            Libc.CloseWithReset(socket);
        }
    }

    /// <summary>Gives Kestrel a connection over TLS; ends it when Kestrel has stopped. Any lane.</summary>
    public void HandOver(BridgedConnection bridged)
    {
        if (!_others.Writer.TryWrite(new Other(Socket: -1, bridged)))
        {
            bridged.Abort();
        }
    }

    /// <summary>Connections that wait for Kestrel to accept them.</summary>
    public int WaitingCount => _others.Reader.Count;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _others.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (_others.Reader.TryRead(out var other))
            {
                if ((other.Bridged ?? TryMakeContext(other.Socket)) is { } context)
                {
                    return context;
                }
            }
        }

        return null;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        // A turn of the lane, however little time the host has left.
        await _acceptor.StopAsync().ConfigureAwait(false);
        _others.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync().ConfigureAwait(false);
        while (_others.Reader.TryRead(out var other))
        {
            if (other.Bridged is { } bridged)
            {
                bridged.Abort();
            }
            else
            {
                _ = Libc.Close(other.Socket);
            }
        }

        _contexts.Dispose();
    }

    private static Socket Listen(IPEndPoint endPoint, int maxUnsentBytes)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As Kestrel's own transport does it: one socket for both families when it is for any address.
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            // Accepted sockets inherit it. A lane writes whole batches; waiting for more (RFC 896) would only add to the latency.
            socket.NoDelay = true;
            Libc.LimitUnsent(socket, maxUnsentBytes);
            socket.Bind(endPoint);

            // The kernel cuts it to net.core.somaxconn.
            socket.Listen(int.MaxValue);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw e.SocketErrorCode == SocketError.AddressAlreadyInUse ? new AddressInUseException(e.Message, e) : e;
        }
    }

    // The peer may have gone meanwhile, of which .NET makes an exception when it looks at the socket.
    private ConnectionContext? TryMakeContext(int file)
    {
        var handle = new SafeSocketHandle(file, ownsHandle: true);
        Socket? socket = null;
        try
        {
            socket = new Socket(handle);
            return _contexts.Create(socket);
        }
        catch (SocketException)
        {
            socket?.Dispose();
            handle.Dispose();
            return null;
        }
    }

    // A plain socket with every byte still in it, or a connection over TLS.
    private readonly record struct Other(int Socket, BridgedConnection? Bridged);
}
