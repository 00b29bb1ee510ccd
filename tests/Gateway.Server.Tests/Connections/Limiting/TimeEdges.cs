using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Lanes;
using Gateway.Server.Tests.Simulation;
using static Gateway.Server.Tests.Connections.Limiting.LimitScene;

namespace Gateway.Server.Tests.Connections.Limiting;

/// <summary>The edges of the time-outs: a millisecond before nothing happens, a tick of the timing wheel after it has.</summary>
internal static class TimeEdges
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(7);

    public static Dictionary<LimitName, Action> Cases { get; } = new()
    {
        [LimitName.HandshakeTimeout] = Handshake,
        [LimitName.HelloTimeout] = Hello,
        [LimitName.HeartbeatInterval] = Interval,
        [LimitName.HeartbeatTimeout] = Timeout,
        [LimitName.WriteTimeout] = Write,
        [LimitName.CloseTimeout] = Close,
    };

    // Over the pipe transport; the lane sockets' handshake is driven by HandshakeTests of the end-to-end tests.
    private static void Handshake()
    {
        using var scene = new LimitScene(new ConnectionLimits { HandshakeTimeout = Limit });
        using var client = new HandshakePeer(scene.Node.Node);
        client.Send("GET /ws HTTP/1.1\r\nHost: a\r\n");
        scene.Advance((long)Limit.TotalMilliseconds - 1);
        client.Send("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: gateway.v1.json\r\n\r\n");
        Assert.Equal("HTTP/1.1 101", client.ReadStatus());
        Assert.Equal(0, scene.Hits(LimitName.HandshakeTimeout));

        using var late = new HandshakePeer(scene.Node.Node);
        late.Send("GET /ws HTTP/1.1\r\nHost: a\r\n");
        scene.Advance((long)Limit.TotalMilliseconds);
        Assert.Equal("HTTP/1.1 408", late.ReadStatus());
        Assert.Equal(1, scene.Hits(LimitName.HandshakeTimeout));
    }

    private static void Hello()
    {
        using var scene = new LimitScene(new ConnectionLimits { HelloTimeout = Limit });
        var peer = new RawPeer(scene.Node, scene.Node.Connect(0, "c"));
        scene.Node.Settle();
        AtTheEdge(scene, () => CloseCodeOf(peer) is not null);
        Assert.Equal(4104, CloseCodeOf(peer));
        Assert.Equal(1, scene.Hits(LimitName.HelloTimeout));
    }

    private static void Interval()
    {
        using var scene = new LimitScene(new ConnectionLimits { HeartbeatInterval = Limit });
        var peer = scene.Enter();
        AtTheEdge(scene, () =>
        {
            peer.Read();
            return peer.Messages.Exists(static message => message.Opcode == Opcode.Ping);
        });
        Assert.Equal(1, scene.Hits(LimitName.HeartbeatInterval));
    }

    private static void Timeout()
    {
        using var scene = new LimitScene(new ConnectionLimits { HeartbeatTimeout = Limit });
        var peer = scene.Enter();
        scene.Advance(30_000 + TimingWheel.TickMilliseconds);
        peer.SendBytes(RawPeer.Masked(Opcode.Pong, []));
        scene.Advance(30_000 + TimingWheel.TickMilliseconds);
        AtTheEdge(scene, () => CloseCodeOf(peer) is not null);
        Assert.Equal(4102, CloseCodeOf(peer));
        Assert.Equal(1, scene.Hits(LimitName.HeartbeatTimeout));
    }

    private static void Write()
    {
        using var scene = new LimitScene(new ConnectionLimits { WriteTimeout = Limit, HeartbeatInterval = TimeSpan.FromHours(1) });
        var peer = scene.Enter(out var transport);
        scene.Node.On(0, () => transport.SetWindow(0));
        peer.Send(Ping(1));
        AtTheEdge(scene, () => transport.IsOver);
        Assert.Equal(1, scene.Hits(LimitName.WriteTimeout));
    }

    private static void Close()
    {
        using var scene = new LimitScene(new ConnectionLimits { CloseTimeout = Limit });
        scene.Enter(out var transport);
        scene.Node.On(0, () => scene.Node.ConnectionLanes[0].Connections[0].Close(4002, ""));
        AtTheEdge(scene, () => transport.IsShutDown);
        Assert.Equal(1, scene.Hits(LimitName.CloseTimeout));
    }

    private static void AtTheEdge(LimitScene scene, Func<bool> happened)
    {
        scene.Advance((long)Limit.TotalMilliseconds - 1);
        Assert.False(happened(), "It came before its time.");
        scene.Advance(1 + TimingWheel.TickMilliseconds);
        Assert.True(happened(), "It did not come in its time.");
    }
}
