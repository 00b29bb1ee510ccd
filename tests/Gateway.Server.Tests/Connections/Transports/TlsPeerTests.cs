using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Gateway.Server.Connections.Sockets.Tls;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>What clients of other makes may do within TLS.</summary>
public sealed class TlsPeerTests : IAsyncDisposable
{
    private const string HttpRequest = "POST /upload HTTP/1.1\r\nHost: node\r\n\r\n";

    private const string Upgrade =
        "GET /echo HTTP/1.1\r\nHost: node\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    private const int CrowdCount = 60;

    private readonly TlsContext _tls = new(TlsTestCertificate.Ecdsa());
    private readonly ListenerRig _rig;
    private readonly List<OpenSslPeer> _peers = [];

    public TlsPeerTests() => _rig = new ListenerRig(_tls);

    [Fact]
    public async Task Client_changes_keys_in_the_middle_of_both_directions()
    {
        var (peer, context) = await EnterAsync(OpenSslPeer.Tls13);
        var body = new MemoryStream();
        var answer = new MemoryStream();
        var received = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (var round = 0; round < 20; round++)
        {
            peer.UpdateKeys();
            var part = Bytes(30_000, seed: round);
            Assert.Equal(part.Length, peer.Write(part));
            body.Write(part);
            answer.Write(part);
            var writing = context.Transport.Output.WriteAsync(part, TestContext.Current.CancellationToken).AsTask();
            _rig.TurnUntil(() =>
            {
                received.Write(buffer, 0, peer.Read(buffer));
                Assert.Null(peer.Fault);
                return received.Length == answer.Length && writing.IsCompleted;
            });
        }

        Assert.Equal(answer.ToArray(), received.ToArray());
        var reading = context.Transport.Input.ReadAtLeastAsync((int)body.Length, TestContext.Current.CancellationToken).AsTask();
        _rig.TurnUntil(() => reading.IsCompleted);
        Assert.Equal(body.ToArray(), (await reading).Buffer.ToArray());
        await LeaveAsync(context);
    }

    [Fact]
    public async Task Client_changes_keys_while_the_server_cannot_write()
    {
        var (peer, context) = await EnterAsync(OpenSslPeer.Tls13);
        var answer = Bytes(12_000_000, seed: 1);
        var writing = context.Transport.Output.WriteAsync(answer, TestContext.Current.CancellationToken).AsTask();
        _rig.TurnUntilNothingMoves();
        Assert.False(writing.IsCompleted);
        for (var i = 0; i < 10; i++)
        {
            peer.UpdateKeys();
            Assert.Equal(1, peer.Write(new byte[1]));
            _rig.TurnUntilNothingMoves();
        }

        AssertArrives(answer, writing, peer);
        await LeaveAsync(context);
    }

    [Fact]
    public async Task Client_that_changes_keys_without_end_leaves_the_others_their_turn_and_is_served_on()
    {
        const int Count = 10_000;
        var (peer, context) = await EnterAsync(OpenSslPeer.Tls13);
        var (other, otherContext) = await EnterAsync(OpenSslPeer.Tls13);
        for (var i = 0; i < Count; i++)
        {
            peer.UpdateKeys();
            Assert.True(peer.Shake());
        }

        // Twice: which of the two comes first in a turn is the kernel's choice.
        byte[] answer = [7];
        Assert.Equal(1, other.Write(answer));
        _rig.Lane.Turn();
        _rig.Lane.Turn();
        Assert.True(_rig.Poller.HasWork, "All of it was read in one go.");
        Assert.Equal(answer, (await otherContext.Transport.Input.ReadAsync(TestContext.Current.CancellationToken)).Buffer.ToArray());
        _rig.TurnUntilNothingMoves();
        AssertArrives(answer, context.Transport.Output.WriteAsync(answer, TestContext.Current.CancellationToken).AsTask(), peer);
        otherContext.Abort();
        var ending = otherContext.DisposeAsync().AsTask();
        _rig.TurnUntil(() => ending.IsCompleted);
        await LeaveAsync(context);
    }

    [Fact]
    public async Task Client_that_stops_in_the_middle_of_a_record_keeps_nobody_busy()
    {
        var socket = _rig.Connect();
        var (peer, context) = await EnterAsync(OpenSslPeer.Tls13, socket);
        socket.Send(new ClientRecords(peer.KeyLog).Seal(1, 24, 0, 0, 1, 1).AsSpan(0, 20));
        _rig.Lane.Turn();
        _rig.Lane.Turn();
        Assert.False(_rig.Poller.HasWork);
        await LeaveAsync(context);
    }

    [Fact]
    public async Task Client_asks_for_new_keys_in_two_pieces_and_nothing_is_written_between_them()
    {
        var socket = _rig.Connect();
        var (peer, context) = await EnterAsync(OpenSslPeer.Tls13, socket);
        var records = new ClientRecords(peer.KeyLog);
        var answer = Bytes(30_000, seed: 1);

        // KeyUpdate (24), 1 byte long: update_requested. The request was the first record. OpenSSL begins with a message when it has its four bytes of header.
        socket.Send(records.Seal(1, 24, 0, 0, 1));
        _rig.TurnUntilNothingMoves();
        var writing = context.Transport.Output.WriteAsync(answer, TestContext.Current.CancellationToken).AsTask();
        _rig.TurnUntilNothingMoves();
        Assert.Equal(0, peer.Read(new byte[1]));
        socket.Send(records.Seal(2, 1));
        AssertArrives(answer, writing, peer);
        await LeaveAsync(context);
    }

    [Theory]
    [InlineData(OpenSslPeer.Tls13, 1, "DEFAULT")]
    [InlineData(OpenSslPeer.Tls13, 4, "DEFAULT")]
    [InlineData(OpenSslPeer.Tls12, 1, "ECDHE-ECDSA-AES256-SHA384")]
    [InlineData(OpenSslPeer.Tls12, 0, "ECDHE-ECDSA-AES256-SHA384")]
    public async Task Client_that_wants_small_records_gets_its_own_alone(int version, byte maxFragment, string ciphers)
    {
        var (small, smallContext) = await EnterAsync(Add(new OpenSslPeer(_rig.Connect(), version, maxFragment, ciphers)));
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
        _rig.TurnUntil(() => ending.IsCompleted);
        await LeaveAsync(smallContext);
    }

    [Theory]
    [InlineData(OpenSslPeer.Tls12)]
    [InlineData(OpenSslPeer.Tls13)]
    public void Client_that_is_gone_before_its_upgrade_is_answered_is_counted_no_longer(int version)
    {
        var socket = _rig.Connect();
        var peer = Add(new OpenSslPeer(socket, version));
        _rig.TurnUntil(peer.Shake);
        _rig.TurnUntilNothingMoves();
        Assert.Equal(Upgrade.Length, peer.Write(Encoding.ASCII.GetBytes(Upgrade)));
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
        _rig.TurnUntil(() => _tls.OpenCount == 0);
        Assert.Equal(0, _rig.Admission.Count);
    }

    [Fact]
    public void Client_that_asks_to_be_upgraded_and_stops_in_the_middle_of_a_message_is_ended()
    {
        var socket = _rig.Connect();
        var peer = Add(new OpenSslPeer(socket, OpenSslPeer.Tls13));
        _rig.TurnUntil(peer.Shake);
        _rig.TurnUntilNothingMoves();
        Assert.Equal(Upgrade.Length, peer.Write(Encoding.ASCII.GetBytes(Upgrade)));
        socket.Send(new ClientRecords(peer.KeyLog).Seal(1, 24, 0, 0, 1));
        _rig.TurnUntil(() => _tls.OpenCount == 0);
        Assert.Equal(0, _rig.Admission.Count);
    }

    [Fact]
    public async Task Client_of_Tls12_may_not_negotiate_again()
    {
        var (peer, context) = await EnterAsync(OpenSslPeer.Tls12);
        peer.Renegotiate();
        _rig.TurnUntil(() => peer.Shake() || peer.Fault is not null);
        Assert.Contains("no renegotiation", peer.Fault, StringComparison.Ordinal);
        await LeaveAsync(context);
    }

    [Fact]
    public void Client_of_Tls11_is_told_why_it_is_not_served()
    {
        var peer = Add(new OpenSslPeer(_rig.Connect(), OpenSslPeer.Tls11));
        _rig.TurnUntil(() => peer.Shake() || peer.Fault is not null);
        Assert.Contains("alert protocol version", peer.Fault, StringComparison.Ordinal);
        _rig.TurnUntil(() => _tls.OpenCount == 0);
    }

    [Theory]
    [InlineData(OpenSslPeer.Tls12)]
    [InlineData(OpenSslPeer.Tls13)]
    public async Task Client_that_ends_its_half_without_an_alert_is_not_accused(int version)
    {
        var socket = _rig.Connect();
        var (peer, context) = await EnterAsync(version, socket);
        socket.Shutdown(SocketShutdown.Send);
        _rig.TurnUntil(() =>
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
        _rig.TurnUntil(() => _tls.OpenCount == 1);
        _rig.TurnUntilNothingMoves();
        crowd.ForEach(static peer => peer.Shake());
        Assert.True(first.Shake());
        Assert.True(first.Write(Encoding.ASCII.GetBytes(HttpRequest)) > 0);
        _rig.TurnUntil(() => _rig.Listener.WaitingCount == 1);
        Assert.InRange(_tls.OpenCount, 1, CrowdCount / 2);
        var accepted = await _rig.Listener.AcceptAsync(TestContext.Current.CancellationToken);
        accepted!.Abort();
        var ending = accepted.DisposeAsync().AsTask();
        _rig.TurnUntil(() => ending.IsCompleted);
        await ending;
    }

    [Fact]
    public void Client_that_comes_last_to_a_crowd_is_answered_while_it_waits()
    {
        var crowd = Crowd();
        var last = Crowd(1)[0];
        crowd.ForEach(static peer => peer.Shake());

        // What comes in one turn is in no order.
        _rig.Lane.Turn();
        last.Shake();
        _rig.TurnUntil(last.Shake);
        Assert.InRange(_tls.OpenCount, 1, CrowdCount / 2);
    }

    [Fact]
    public async Task Lane_stops_and_frees_the_sessions_of_every_stage()
    {
        _rig.Connect();
        _rig.Connect().Send([0x16, 3, 1, 0, 200, 1]);
        var answered = Add(new OpenSslPeer(_rig.Connect(), OpenSslPeer.Tls13));
        answered.Shake();
        var idle = Add(new OpenSslPeer(_rig.Connect(), OpenSslPeer.Tls13));
        _rig.TurnUntil(idle.Shake);
        var upgraded = Add(new OpenSslPeer(_rig.Connect(), OpenSslPeer.Tls12));
        _rig.TurnUntil(upgraded.Shake);
        upgraded.Write(Encoding.ASCII.GetBytes(Upgrade));
        var buffer = new byte[1000];
        _rig.TurnUntil(() => upgraded.Read(buffer) > 0);
        var (_, bridged) = await EnterAsync(OpenSslPeer.Tls13);
        var (_, stuck) = await EnterAsync(OpenSslPeer.Tls13);
        var writing = stuck.Transport.Output.WriteAsync(new byte[12_000_000], TestContext.Current.CancellationToken).AsTask();
        _rig.TurnUntilNothingMoves();
        Assert.False(writing.IsCompleted);
        Assert.Equal(6, _tls.OpenCount);
        _rig.Lane.Dispose();
        Assert.Equal(0, _tls.OpenCount);
        bridged.Abort();
        stuck.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        _peers.ForEach(static peer => peer.Dispose());
        Assert.Empty(_rig.Faults);
        await _rig.DisposeAsync();
        Assert.Equal(0, _tls.OpenCount);
        _tls.Dispose();
    }

    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    // Each of the peers gets it, and nothing else.
    private void AssertArrives(byte[] sent, Task writing, params OpenSslPeer[] peers)
    {
        var buffer = new byte[64 * 1024];
        var received = peers.Select(static _ => new MemoryStream()).ToArray();
        _rig.TurnUntil(() =>
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

    // Newcomers that the lane watches and that have said nothing yet.
    private List<OpenSslPeer> Crowd(int count = CrowdCount)
    {
        var watched = _rig.Poller.Count + count;
        var peers = Enumerable.Range(0, count).Select(_ => Add(new OpenSslPeer(_rig.Connect(), OpenSslPeer.Tls13))).ToList();
        _rig.TurnUntil(() => _rig.Poller.Count == watched);
        return peers;
    }

    private OpenSslPeer Add(OpenSslPeer peer)
    {
        _peers.Add(peer);
        return peer;
    }

    // A connection whose other end is the test's, as Kestrel's would be.
    private Task<(OpenSslPeer Peer, ConnectionContext Context)> EnterAsync(int version, Socket? socket = null) =>
        EnterAsync(Add(new OpenSslPeer(socket ?? _rig.Connect(), version)));

    private async Task<(OpenSslPeer Peer, ConnectionContext Context)> EnterAsync(OpenSslPeer peer)
    {
        _rig.TurnUntil(peer.Shake);
        Assert.Equal(HttpRequest.Length, peer.Write(Encoding.ASCII.GetBytes(HttpRequest)));
        var accepting = _rig.Listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        _rig.TurnUntil(() => accepting.IsCompleted);
        var context = (await accepting)!;
        var reading = context.Transport.Input.ReadAtLeastAsync(HttpRequest.Length, TestContext.Current.CancellationToken).AsTask();
        _rig.TurnUntil(() => reading.IsCompleted);
        context.Transport.Input.AdvanceTo((await reading).Buffer.End);
        return (peer, context);
    }

    private async Task LeaveAsync(ConnectionContext context)
    {
        context.Abort();
        var ending = context.DisposeAsync().AsTask();
        _rig.TurnUntil(() => ending.IsCompleted);
        await ending;
        Assert.Equal(0, _tls.OpenCount);
    }
}
