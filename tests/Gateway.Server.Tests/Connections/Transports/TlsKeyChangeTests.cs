using System.Buffers;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>Clients that change their keys (KeyUpdate, RFC 8446 4.6.3): messages that are no data, and that the server has to answer.</summary>
public sealed class TlsKeyChangeTests : TlsPeerTest
{
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
            Rig.TurnUntil(() =>
            {
                received.Write(buffer, 0, peer.Read(buffer));
                Assert.Null(peer.Fault);
                return received.Length == answer.Length && writing.IsCompleted;
            });
        }

        Assert.Equal(answer.ToArray(), received.ToArray());
        var reading = context.Transport.Input.ReadAtLeastAsync((int)body.Length, TestContext.Current.CancellationToken).AsTask();
        Rig.TurnUntil(() => reading.IsCompleted);
        Assert.Equal(body.ToArray(), (await reading).Buffer.ToArray());
        await LeaveAsync(context);
    }

    [Fact]
    public async Task Client_changes_keys_while_the_server_cannot_write()
    {
        var (peer, context) = await EnterAsync(OpenSslPeer.Tls13);
        var answer = Bytes(12_000_000, seed: 1);
        var writing = context.Transport.Output.WriteAsync(answer, TestContext.Current.CancellationToken).AsTask();
        Rig.TurnUntilNothingMoves();
        Assert.False(writing.IsCompleted);
        for (var i = 0; i < 10; i++)
        {
            peer.UpdateKeys();
            Assert.Equal(1, peer.Write(new byte[1]));
            Rig.TurnUntilNothingMoves();
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
        Rig.Lane.Turn();
        Rig.Lane.Turn();
        Assert.True(Rig.Poller.HasWork, "All of it was read in one go.");
        Assert.Equal(answer, (await otherContext.Transport.Input.ReadAsync(TestContext.Current.CancellationToken)).Buffer.ToArray());
        Rig.TurnUntilNothingMoves();
        AssertArrives(answer, context.Transport.Output.WriteAsync(answer, TestContext.Current.CancellationToken).AsTask(), peer);
        otherContext.Abort();
        var ending = otherContext.DisposeAsync().AsTask();
        Rig.TurnUntil(() => ending.IsCompleted);
        await LeaveAsync(context);
    }

    [Fact]
    public async Task Client_that_changes_keys_without_end_in_records_that_never_fill_a_buffer_leaves_the_others_their_turn()
    {
        const int BufferBytes = 16_384 + 320 + 5;   // SSL3_RT_MAX_ENCRYPTED_LENGTH and a header, to the word: what OpenSSL reads ahead if it may.
        const int RecordBytes = 27;
        var socket = Rig.Connect();
        var (peer, context) = await EnterAsync(OpenSslPeer.Tls13, socket);
        var records = new ClientRecords(peer.KeyLog);
        var cycle = BufferBytes - 2;
        for (int i = 0, number = 1; i < 12 * (cycle / RecordBytes); i++, number = 0)
        {
            // KeyUpdate (24), 1 byte long: update_not_requested. One in each cycle is longer, so that a full buffer always ends within a header.
            var padding = i % (cycle / RecordBytes) == 0 ? cycle % RecordBytes : 0;
            Assert.Equal(RecordBytes + padding, socket.Send(records.SealPadded(number, padding, 24, 0, 0, 1, 0)));
            records.ChangeKeys();
        }

        Rig.Lane.Turn();
        Rig.Lane.Turn();
        Assert.True(Rig.Poller.HasWork, "All of it was read in one go.");
        Rig.TurnUntilNothingMoves();
        Assert.Equal(1, Tls.OpenCount);
        await LeaveAsync(context);
    }

    [Fact]
    public async Task Client_that_stops_in_the_middle_of_a_record_keeps_nobody_busy()
    {
        var socket = Rig.Connect();
        var (peer, context) = await EnterAsync(OpenSslPeer.Tls13, socket);
        socket.Send(new ClientRecords(peer.KeyLog).Seal(1, 24, 0, 0, 1, 1).AsSpan(0, 20));
        Rig.Lane.Turn();
        Rig.Lane.Turn();
        Assert.False(Rig.Poller.HasWork);
        await LeaveAsync(context);
    }

    [Fact]
    public async Task Client_asks_for_new_keys_in_two_pieces_and_nothing_is_written_between_them()
    {
        var socket = Rig.Connect();
        var (peer, context) = await EnterAsync(OpenSslPeer.Tls13, socket);
        var records = new ClientRecords(peer.KeyLog);
        var answer = Bytes(30_000, seed: 1);

        // KeyUpdate (24), 1 byte long: update_requested. The request was the first record. OpenSSL begins with a message when it has its four bytes of header.
        socket.Send(records.Seal(1, 24, 0, 0, 1));
        Rig.TurnUntilNothingMoves();
        var writing = context.Transport.Output.WriteAsync(answer, TestContext.Current.CancellationToken).AsTask();
        Rig.TurnUntilNothingMoves();
        Assert.Equal(0, peer.Read(new byte[1]));
        socket.Send(records.Seal(2, 1));
        AssertArrives(answer, writing, peer);
        await LeaveAsync(context);
    }
}
