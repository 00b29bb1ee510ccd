using System.Net.Sockets;
using System.Text;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>What clients of other makes may do within TLS.</summary>
public sealed class TlsPeerTests : TlsPeerTest
{
    private const string Upgrade =
        "GET /echo HTTP/1.1\r\nHost: node\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    private const int CrowdCount = 60;

    [Theory]
    [InlineData(OpenSslPeer.Tls13, 1, "DEFAULT")]
    [InlineData(OpenSslPeer.Tls13, 4, "DEFAULT")]
    [InlineData(OpenSslPeer.Tls12, 1, "ECDHE-ECDSA-AES256-SHA384")]
    [InlineData(OpenSslPeer.Tls12, 0, "ECDHE-ECDSA-AES256-SHA384")]
    public async Task Client_that_wants_small_records_gets_its_own_alone(int version, byte maxFragment, string ciphers)
    {
        var (small, smallContext) = await EnterAsync(Add(new OpenSslPeer(Rig.Connect(), version, maxFragment, ciphers)));
        var (other, otherContext) = await EnterAsync(OpenSslPeer.Tls13);
        foreach (var length in (int[])[31_500, 32_000, 4_096, 511, 200_000])
        {
            var sent = Bytes(length, seed: length);
            var writing = Task.WhenAll(
                smallContext.Transport.Output.WriteAsync(sent, TestContext.Current.CancellationToken).AsTask(),
                otherContext.Transport.Output.WriteAsync(sent, TestContext.Current.CancellationToken).AsTask());
            AssertArrives(sent, writing, small, other);
        }

        otherContext.Abort();
        var ending = otherContext.DisposeAsync().AsTask();
        Rig.TurnUntil(() => ending.IsCompleted);
        await LeaveAsync(smallContext);
    }

    [Theory]
    [InlineData(OpenSslPeer.Tls12)]
    [InlineData(OpenSslPeer.Tls13)]
    public void Client_that_is_gone_before_its_upgrade_is_answered_is_counted_no_longer(int version)
    {
        var socket = Rig.Connect();
        var peer = Add(new OpenSslPeer(socket, version));
        Rig.TurnUntil(peer.Shake);
        Rig.TurnUntilNothingMoves();
        Assert.Equal(Upgrade.Length, peer.Write(Encoding.ASCII.GetBytes(Upgrade)));
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
        Rig.TurnUntil(() => Tls.OpenCount == 0);
        Assert.Equal(0, Rig.Admission.Count);
    }

    [Fact]
    public void Client_that_asks_to_be_upgraded_and_stops_in_the_middle_of_a_message_is_ended()
    {
        var socket = Rig.Connect();
        var peer = Add(new OpenSslPeer(socket, OpenSslPeer.Tls13));
        Rig.TurnUntil(peer.Shake);
        Rig.TurnUntilNothingMoves();
        Assert.Equal(Upgrade.Length, peer.Write(Encoding.ASCII.GetBytes(Upgrade)));
        socket.Send(new ClientRecords(peer.KeyLog).Seal(1, 24, 0, 0, 1));
        Rig.TurnUntil(() => Tls.OpenCount == 0);
        Assert.Equal(0, Rig.Admission.Count);
    }

    [Fact]
    public async Task Client_of_Tls12_may_not_negotiate_again()
    {
        var (peer, context) = await EnterAsync(OpenSslPeer.Tls12);
        peer.Renegotiate();
        Rig.TurnUntil(() => peer.Shake() || peer.Fault is not null);
        Assert.Contains("no renegotiation", peer.Fault, StringComparison.Ordinal);
        await LeaveAsync(context);
    }

    [Fact]
    public void Client_of_Tls11_is_told_why_it_is_not_served()
    {
        var peer = Add(new OpenSslPeer(Rig.Connect(), OpenSslPeer.Tls11));
        Rig.TurnUntil(() => peer.Shake() || peer.Fault is not null);
        Assert.Contains("alert protocol version", peer.Fault, StringComparison.Ordinal);
        Rig.TurnUntil(() => Tls.OpenCount == 0);
    }

    [Theory]
    [InlineData(OpenSslPeer.Tls12)]
    [InlineData(OpenSslPeer.Tls13)]
    public async Task Client_that_ends_its_half_without_an_alert_is_not_accused(int version)
    {
        var socket = Rig.Connect();
        var (peer, context) = await EnterAsync(version, socket);
        socket.Shutdown(SocketShutdown.Send);
        Rig.TurnUntil(() =>
        {
            peer.Read(new byte[100]);
            return peer.IsEnded || peer.Fault is not null;
        });
        Assert.Null(peer.Fault);
        await LeaveAsync(context);
    }

    [Fact]
    public async Task Client_that_was_answered_goes_before_newcomers()
    {
        var first = Crowd(1)[0];
        var crowd = Crowd();
        first.Shake();
        Rig.TurnUntil(() => Tls.OpenCount == 1);
        Rig.TurnUntilNothingMoves();
        crowd.ForEach(static peer => peer.Shake());
        Assert.True(first.Shake());
        Assert.True(first.Write(Encoding.ASCII.GetBytes(ListenerRig.HttpRequest)) > 0);
        Rig.TurnUntil(() => Rig.Listener.WaitingCount == 1);
        Assert.InRange(Tls.OpenCount, 1, CrowdCount / 2);
        var accepted = await Rig.Listener.AcceptAsync(TestContext.Current.CancellationToken);
        accepted!.Abort();
        var ending = accepted.DisposeAsync().AsTask();
        Rig.TurnUntil(() => ending.IsCompleted);
        await ending;
    }

    [Fact]
    public void Client_that_comes_last_to_a_crowd_is_answered_while_it_waits()
    {
        var crowd = Crowd();
        var last = Crowd(1)[0];
        crowd.ForEach(static peer => peer.Shake());

        // What comes in one turn is in no order.
        Rig.Lane.Turn();
        last.Shake();
        Rig.TurnUntil(last.Shake);
        Assert.InRange(Tls.OpenCount, 1, CrowdCount / 2);
    }

    [Fact]
    public async Task Lane_stops_and_frees_the_sessions_of_every_stage()
    {
        Rig.Connect();
        Rig.Connect().Send([0x16, 3, 1, 0, 200, 1]);
        var answered = Add(new OpenSslPeer(Rig.Connect(), OpenSslPeer.Tls13));
        answered.Shake();
        var idle = Add(new OpenSslPeer(Rig.Connect(), OpenSslPeer.Tls13));
        Rig.TurnUntil(idle.Shake);
        var upgraded = Add(new OpenSslPeer(Rig.Connect(), OpenSslPeer.Tls12));
        Rig.TurnUntil(upgraded.Shake);
        upgraded.Write(Encoding.ASCII.GetBytes(Upgrade));
        var buffer = new byte[1000];
        Rig.TurnUntil(() => upgraded.Read(buffer) > 0);
        var (_, bridged) = await EnterAsync(OpenSslPeer.Tls13);
        var (_, stuck) = await EnterAsync(OpenSslPeer.Tls13);
        var writing = stuck.Transport.Output.WriteAsync(new byte[12_000_000], TestContext.Current.CancellationToken).AsTask();
        Rig.TurnUntilNothingMoves();
        Assert.False(writing.IsCompleted);
        Assert.Equal(6, Tls.OpenCount);
        Rig.Lane.Dispose();
        Assert.Equal(0, Tls.OpenCount);
        bridged.Abort();
        stuck.Abort();
    }

    // Newcomers that the lane watches and that have said nothing yet.
    private List<OpenSslPeer> Crowd(int count = CrowdCount)
    {
        var watched = Rig.Poller.Count + count;
        var peers = Enumerable.Range(0, count).Select(_ => Add(new OpenSslPeer(Rig.Connect(), OpenSslPeer.Tls13))).ToList();
        Rig.TurnUntil(() => Rig.Poller.Count == watched);
        return peers;
    }
}
