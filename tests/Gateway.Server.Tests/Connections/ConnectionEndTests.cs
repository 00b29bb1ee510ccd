using System.Net;
using Gateway.Server.Connections;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Connections;

public sealed class ConnectionEndTests
{
    /// <summary>A fault in the end of one connection must not take a place from all that come after it.</summary>
    [Fact]
    public void OnClosed_that_fails_has_given_the_place_back()
    {
        using var node = new SimNode(1, new RoomsOptions(), new ConnectionLimits());
        Assert.Equal(AdmissionVerdict.Admitted, node.Node.Admission.TryEnter(IPAddress.Loopback, out var use));
        var info = new ConnectionInfo("c", use!, WireEncoding.MessagePack, Deflate: false, Token: null);

        // It was never opened, so its lane has nothing to remove.
        var connection = new Connection(node.ConnectionLanes[0], new SimTransport(), info, each => new Session(each, node.Services));
        Assert.ThrowsAny<ArgumentException>(() => connection.OnClosed(byPeer: true));
        Assert.Equal(0, node.Node.Admission.Count);
    }
}
