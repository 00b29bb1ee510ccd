using Gateway.Server.Connections;
using Gateway.Server.Connections.Limiting;
using static Gateway.Server.Tests.Connections.Limiting.LimitScene;

namespace Gateway.Server.Tests.Connections.Limiting;

/// <summary>The edges of what is counted: connections, addresses, rooms, bytes, frames.</summary>
internal static class CountEdges
{
    public static Dictionary<LimitName, Action> Cases { get; } = new()
    {
        [LimitName.MaxConnections] = Connections,
        [LimitName.MaxConnectionsPerAddress] = ConnectionsPerAddress,
        [LimitName.MaxConnectionsPerUser] = ConnectionsPerUser,
        [LimitName.AllowedAddresses] = AllowedAddresses,
        [LimitName.DeniedAddresses] = DeniedAddresses,
        [LimitName.MaxMessageBytes] = MessageBytes,
        [LimitName.MaxPayloadBytes] = PayloadBytes,
        [LimitName.MaxRooms] = Rooms,
        [LimitName.MaxQueuedBytes] = QueuedBytes,
        [LimitName.ResumeQueuedBytes] = ResumeQueuedBytes,
        [LimitName.MaxPendingRequests] = PendingRequests,
        [LimitName.MaxInvalidFrames] = InvalidFrames,
    };

    private static void Connections()
    {
        using var scene = new LimitScene(new ConnectionLimits { MaxConnections = 3 });
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.1"));
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.2"));
        Assert.Equal(2.0 / 3, scene.Saturation(LimitName.MaxConnections));
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.3"));
        Assert.Equal(AdmissionVerdict.NodeFull, scene.TryEnter("10.0.0.4"));
        Assert.Equal(1, scene.Hits(LimitName.MaxConnections));
        Assert.Equal(1, scene.Saturation(LimitName.MaxConnections));
    }

    private static void ConnectionsPerAddress()
    {
        using var scene = new LimitScene(new ConnectionLimits { MaxConnectionsPerAddress = 2 });
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("2001:db8::1"));
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("2001:db8::ffff:1"));

        // The third from one /64; its neighbour has places of its own.
        Assert.Equal(AdmissionVerdict.AddressFull, scene.TryEnter("2001:db8::2"));
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("2001:db8:0:1::2"));
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.1"));
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("::ffff:10.0.0.1"));
        Assert.Equal(AdmissionVerdict.AddressFull, scene.TryEnter("10.0.0.1"));
        Assert.Equal(2, scene.Hits(LimitName.MaxConnectionsPerAddress));
        Assert.Equal(1, scene.Saturation(LimitName.MaxConnectionsPerAddress));
    }

    private static void ConnectionsPerUser()
    {
        using var scene = new LimitScene(new ConnectionLimits { MaxConnectionsPerUser = 2 });
        scene.Enter("ada", lane: 0);
        Assert.Empty(Errors(scene.Enter("ada", lane: 1)));
        var third = scene.Enter("ada", lane: 1);
        Assert.Equal([(0L, 2001L)], Errors(third));
        Assert.Equal(4103, CloseCodeOf(third));
        Assert.Empty(Errors(scene.Enter("bob", lane: 1)));
        Assert.Equal(1, scene.Hits(LimitName.MaxConnectionsPerUser));
        Assert.Equal(1, scene.Saturation(LimitName.MaxConnectionsPerUser));
    }

    private static void AllowedAddresses()
    {
        using var scene = new LimitScene(new ConnectionLimits { AllowedAddresses = { "10.0.0.0/30", "2001:db8::/32" } });
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.3"));
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("::ffff:10.0.0.3"));
        Assert.Equal(AdmissionVerdict.AddressForbidden, scene.TryEnter("10.0.0.4"));
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"));
        Assert.Equal(AdmissionVerdict.AddressForbidden, scene.TryEnter("2001:db9::"));
        Assert.Equal(2, scene.Hits(LimitName.AllowedAddresses));
    }

    private static void DeniedAddresses()
    {
        using var scene = new LimitScene(new ConnectionLimits { DeniedAddresses = { "10.0.0.4/30", "::1" }, AllowedAddresses = { "0.0.0.0/0", "::/0" } });
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.3"));
        Assert.Equal(AdmissionVerdict.AddressForbidden, scene.TryEnter("10.0.0.4"));
        Assert.Equal(AdmissionVerdict.AddressForbidden, scene.TryEnter("::ffff:10.0.0.7"));
        Assert.Equal(AdmissionVerdict.Admitted, scene.TryEnter("10.0.0.8"));
        Assert.Equal(AdmissionVerdict.AddressForbidden, scene.TryEnter("::1"));
        Assert.Equal(3, scene.Hits(LimitName.DeniedAddresses));
        Assert.Equal(0, scene.Hits(LimitName.AllowedAddresses));
    }

    private static void MessageBytes()
    {
        const int Limit = 2048;
        using var scene = new LimitScene(new ConnectionLimits { MaxMessageBytes = Limit, MaxPayloadBytes = Limit });
        var peer = scene.Enter();
        var around = Publish(7, "chat:a", new string('x', 1000)).Length - 1000;
        peer.Send(Publish(7, "chat:a", new string('x', Limit - around)));
        Assert.Contains(peer.Read(), static frame => frame is { Op: Ack, First: 7 });
        Assert.Equal(1, scene.Saturation(LimitName.MaxMessageBytes));
        peer.Send(Publish(8, "chat:a", new string('x', Limit - around + 1)));
        Assert.DoesNotContain(peer.Read(), static frame => frame is { Op: Ack, First: 8 });
        Assert.Equal(1009, CloseCodeOf(peer));
        Assert.Equal(1, scene.Hits(LimitName.MaxMessageBytes));
    }

    private static void PayloadBytes()
    {
        // A string of 32 to 255 bytes has a header of two.
        using var scene = new LimitScene(new ConnectionLimits { MaxPayloadBytes = 128 });
        var peer = scene.Enter();
        peer.Send(Publish(7, "chat:a", new string('x', 126)));
        Assert.Empty(Errors(peer));
        Assert.Equal(1, scene.Saturation(LimitName.MaxPayloadBytes));
        peer.Send(Publish(8, "chat:a", new string('x', 127)));
        Assert.Equal([(8L, 1009L)], Errors(peer));
        Assert.Equal(1, CountOf(peer, Ack));
        Assert.Equal(1, scene.Hits(LimitName.MaxPayloadBytes));
    }

    private static void Rooms()
    {
        using var scene = new LimitScene(new ConnectionLimits { MaxRooms = 2 });
        var peer = scene.Enter();
        peer.Send(Join(1, "chat:a"), Join(2, "chat:b"));
        Assert.Empty(Errors(peer));
        Assert.Equal(1, scene.Saturation(LimitName.MaxRooms));
        peer.Send(Join(3, "chat:c"), Join(4, "chat:a"));
        Assert.Equal([(3L, 1010L)], Errors(peer));
        Assert.Equal(3, CountOf(peer, Joined));
        Assert.Equal(1, scene.Hits(LimitName.MaxRooms));
    }

    private static void QueuedBytes()
    {
        const int Limit = 16 * 1024;
        using var scene = new LimitScene(new ConnectionLimits { MaxQueuedBytes = Limit, ResumeQueuedBytes = 4096 });
        var counters = scene.Node.ConnectionLanes[0].Counters;

        // Ephemeral: what comes beyond takes the place of the oldest, or is marked as lost.
        var connection = Stall(scene, "live:a", out var publisher, out _);
        publisher.Send(Publish(0, "live:a", new string('x', 1000)));
        var message = connection.QueuedBytes;
        while (connection.QueuedBytes + message <= Limit)
            publisher.Send(Publish(0, "live:a", new string('x', 1000)));
        Assert.Equal(0, counters.Dropped);
        Assert.Equal(0, scene.Hits(LimitName.MaxQueuedBytes));
        Assert.True(scene.Saturation(LimitName.MaxQueuedBytes) >= 0.9);
        publisher.Send(Publish(0, "live:a", new string('x', 1000)));
        Assert.True(counters.Dropped > 0);
        Assert.True(connection.QueuedBytes <= Limit);
        Assert.True(scene.Hits(LimitName.MaxQueuedBytes) > 0);
    }

    private static void ResumeQueuedBytes()
    {
        const int Limit = 16 * 1024;
        const int Resume = 4096;
        using var scene = new LimitScene(new ConnectionLimits { MaxQueuedBytes = Limit, ResumeQueuedBytes = Resume });

        // Durable: the member falls behind at the limit and reads on from the history at the lower mark.
        var connection = Stall(scene, "chat:a", out var publisher, out var transport);
        while (connection.HasPlace)
            publisher.Send(Publish(0, "chat:a", new string('x', 1000)));
        Assert.InRange(connection.QueuedBytes, Limit, Limit + 1200);
        Assert.Equal(1, scene.Hits(LimitName.MaxQueuedBytes));
        while (connection.QueuedBytes > Resume)
        {
            Assert.False(connection.HasPlace);
            scene.Node.On(0, () => transport.SetWindow(1));
        }

        Assert.Equal(Resume, connection.QueuedBytes);
        Assert.True(connection.HasPlace);
        Assert.Equal(1, scene.Hits(LimitName.ResumeQueuedBytes));
    }

    // A member of a room that takes nothing more, and one who publishes to it.
    private static Connection Stall(LimitScene scene, string room, out Simulation.RawPeer publisher, out Simulation.SimTransport transport)
    {
        var member = scene.Enter(out transport);
        member.Send(Join(1, room));
        publisher = scene.Enter();
        var stalled = transport;
        scene.Node.On(0, () => stalled.SetWindow(0));
        return scene.Node.ConnectionLanes[0].Connections[0];
    }

    private static void PendingRequests()
    {
        using var scene = new LimitScene(new ConnectionLimits { MaxPendingRequests = 2 });
        var peer = scene.Enter();
        peer.Send(Request(1), Request(2));
        Assert.Empty(Errors(peer));
        Assert.Equal(1, scene.Saturation(LimitName.MaxPendingRequests));
        peer.Send(Request(3));
        Assert.Equal([(3L, 2001L)], Errors(peer));
        Assert.Equal(1, scene.Hits(LimitName.MaxPendingRequests));
    }

    private static void InvalidFrames()
    {
        using var scene = new LimitScene(new ConnectionLimits { MaxInvalidFrames = 3 });
        var peer = scene.Enter();
        peer.Send(Nonsense(1), Nonsense(2), Nonsense(3), Ping(4));
        Assert.Null(CloseCodeOf(peer));
        Assert.Equal(1, CountOf(peer, Pong));
        Assert.Equal(1, scene.Saturation(LimitName.MaxInvalidFrames));
        peer.Send(Nonsense(5));
        Assert.Equal(4, Errors(peer).Count);
        Assert.Equal(4003, CloseCodeOf(peer));
        Assert.Equal(1, scene.Hits(LimitName.MaxInvalidFrames));
    }
}
