using System.Buffers;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Sockets;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Rooms;

namespace Gateway.Server.Tests.Connections.Sending;

/// <summary>Connections on real sockets, whose lane gathers what they send, one by one and through the ring.</summary>
[Collection(nameof(AloneCollection))]
public sealed class SendBatchTests
{
    private const int PeerCount = 120;
    private const int Rounds = 100;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Send_anySchedule_everyPeerGetsWhatWasSentInOrder(bool withRing, bool withTls)
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var rig = new SendingRig(PeerCount, new ConnectionLimits { MaxQueuedBytes = 64 * 1024 * 1024, ResumeQueuedBytes = 1024 * 1024, MaxConnectionsPerAddress = PeerCount }, withRing, withTls);
        var (node, peers, before) = (rig.Node, rig.Peers, rig.BuffersBefore);
        node.On(0, () => Answer(rig, peers[0]));
        for (var round = 0; round < Rounds; round++)
        {
            node.On(0, () => SendSome(rig, random));
            foreach (var peer in peers)
            {
                // Some never read before the end, so that their sends are short.
                if (random.Next(3) > 0 && peer.Connection.Info.Id[^1] != '7')
                    peer.Read(random.Next(200_000));
            }

            if (round % 2 == 0)
                peers[random.Next(PeerCount)].UpdateKeys();
            if (round % 50 == 49)
                peers[random.Next(PeerCount)].Break();
            node.Settle();
        }

        rig.Until(() => peers.All(static peer => peer.HasAll));
        rig.AssertNoFaults();
        Assert.All(peers, peer => Assert.Equal(peer.IsGone, !rig.IsFree(peer)));
        Assert.Equal(withRing && HasRing(), node.ConnectionLanes[0].Counters.RingSends > 0);
        foreach (var peer in peers)
        {
            node.On(0, () => peer.Connection.Close(1000, ""));
            if (!peer.IsGone)
                peer.Break();
        }

        rig.Until(() => peers.All(static peer => peer.Handler.IsClosed));

        // The lane keeps the buffer for answers.
        Assert.Equal(before + 1, WireBuffer.RentedCount);
    }

    [Fact]
    public void Enqueue_fullWithWhatIsGathered_hasPlaceAgainWhenItHasGone()
    {
        using var rig = new SendingRig(1, new ConnectionLimits { MaxQueuedBytes = 16 * 1024, ResumeQueuedBytes = 8 * 1024 }, withRing: true);
        var (peer, connection) = (rig.Peers[0], rig.Peers[0].Connection);
        rig.Node.On(0, () =>
        {
            Send(peer, 20_000);
            Assert.Equal(20_000, connection.QueuedBytes);
            Assert.False(connection.HasPlace);
        });
        rig.Until(() => peer.HasAll);
        Assert.Equal((1, true, 0), (peer.Handler.PlaceCount, connection.HasPlace, connection.QueuedBytes));
    }

    [Fact]
    public void Enqueue_thenAnswersAndAClose_goesBeforeThem()
    {
        using var rig = new SendingRig(1, new ConnectionLimits(), withRing: true);
        var (peer, connection) = (rig.Peers[0], rig.Peers[0].Connection);

        // The lane keeps a buffer for answers from the first one on.
        rig.Node.On(0, () => connection.Replies.Write<byte>([0x90]));
        peer.Expected.AddRange([0x82, 0x01, 0x90]);
        var before = WireBuffer.RentedCount;
        rig.Node.On(0, () =>
        {
            Send(peer, 500);
            connection.Replies.Write<byte>([0x91, 0x07]);
            connection.Close(1000, "");
        });

        // One message of two bytes, and the close frame.
        peer.Expected.AddRange([0x82, 0x02, 0x91, 0x07, 0x88, 0x02, 0x03, 0xE8]);
        rig.Until(() => peer.HasAll);
        peer.Break();
        rig.Until(() => peer.Handler.IsClosed);
        Assert.Equal(before, WireBuffer.RentedCount);
    }

    [Fact]
    public void TrySend_numberThatPassedToAnother_sendsNothing()
    {
        using var rig = new SendingRig(1, new ConnectionLimits(), withRing: true);
        var gone = rig.Peers[0];
        var stale = rig.MembershipOf(gone.Handler);
        gone.Break();
        rig.Until(() => gone.Handler.IsClosed);
        var heir = rig.Connect();
        rig.Node.On(0, () => Send(heir, 500));
        rig.Until(() => heir.HasAll && rig.IsFree(heir));
        Assert.Equal(stale.Outlet, heir.Connection.Outlet);
        rig.Node.On(0, () =>
        {
            var (turn, _) = rig.BeginTurn(500);
            Assert.False(rig.Outlets.TrySend(stale, turn, RoomPriority.Medium));
            turn.End();
        });
        rig.AssertNoFaults();
    }

    [Fact]
    public void TrySend_moreMembersThanABatchHolds_eachGetsItOnce()
    {
        const int MemberCount = 2500;
        using var rig = new SendingRig(0, new ConnectionLimits { MaxConnectionsPerAddress = MemberCount }, withRing: false);
        var members = Enumerable.Range(0, MemberCount).Select(number =>
        {
            var handler = new IdleHandler();
            return (Handler: handler, Transport: rig.Node.Connect(0, $"m{number}", _ => handler));
        }).ToList();
        rig.Node.Settle();
        var before = WireBuffer.RentedCount;
        byte[] expected = [];
        rig.Node.On(0, () =>
        {
            var (turn, bytes) = rig.BeginTurn(700);
            expected = bytes;
            Assert.All(members, each => Assert.True(rig.TrySend(each.Handler, turn)));
            turn.End();
        });
        rig.AssertNoFaults();
        Assert.All(members, each => Assert.Equal(expected, each.Transport.TakeSent()));
        Assert.Equal(before, WireBuffer.RentedCount);
    }

    [Fact]
    public void OnClosed_handlerThatFails_givesTheOutletBack()
    {
        using var rig = new SendingRig(1, new ConnectionLimits(), withRing: false);
        var outlet = rig.Peers[0].Connection.Outlet;
        rig.Peers[0].Handler.FailsAtTheEnd = true;
        rig.Peers[0].Break();
        rig.Until(() => rig.Peers[0].Handler.IsClosed);
        Assert.Equal(outlet, rig.Connect().Connection.Outlet);
    }

    private static bool HasRing()
    {
        using var ring = SendRing.TryCreate();
        return ring is not null;
    }

    private static void Send(SendingPeer peer, int length)
    {
        var buffer = WireBuffer.Rent(length);
        buffer.SetRange(0, length);
        peer.Connection.Enqueue((RoomPriority)0, buffer);
        peer.Expected.AddRange(buffer.Span);
        buffer.Release();
    }

    // As rooms do: one buffer to many, and now and then one more to the same connection in the same turn, or its end.
    private static void SendSome(SendingRig rig, Random random)
    {
        var peers = rig.Peers;
        for (var rooms = random.Next(1, 6); rooms > 0; rooms--)
        {
            var buffer = WireBuffer.Rent(1 + random.Next(random.Next(10) == 0 ? 150_000 : 3000));
            random.NextBytes(buffer.Writable);
            buffer.SetRange(0, 1 + random.Next(buffer.Writable.Length));
            var (first, count) = (random.Next(PeerCount), random.Next(1, PeerCount));
            for (var i = 0; i < count; i++)
            {
                var peer = peers[(first + i) % PeerCount];
                if (!peer.Connection.IsOpen || peer.IsGone)
                    continue;
                peer.Connection.Enqueue((RoomPriority)0, buffer);
                peer.Expected.AddRange(buffer.Span);
            }

            buffer.Release();
            SendTurn(rig, random);
        }

        Answer(rig, rig.Peers[random.Next(PeerCount)]);
    }

    // What is answered goes behind what a room has sent, so only to whom nothing is on its way.
    private static void Answer(SendingRig rig, SendingPeer peer)
    {
        if (!peer.IsGone && rig.IsFree(peer))
        {
            peer.Connection.Replies.Write<byte>([0x07]);
            peer.Expected.AddRange([0x82, 0x01, 0x07]);
            Assert.False(rig.IsFree(peer));
        }
    }

    // The room's own way to whoever is free; who is not gets nothing by it, and is rightly busy.
    private static void SendTurn(SendingRig rig, Random random)
    {
        var (turn, bytes) = rig.BeginTurn(random.Next(2000));
        foreach (var peer in rig.Peers)
        {
            var connection = peer.Connection;
            var isFree = rig.IsFree(peer);
            Assert.True(!isFree || (connection.IsOpen && connection.HasPlace && !connection.IsCongested && connection.QueuedBytes == 0));
            if (!connection.IsOpen || peer.IsGone || random.Next(3) == 0)
                continue;
            Assert.Equal(isFree, rig.TrySend(peer.Handler, turn));
            if (isFree)
                peer.Expected.AddRange(bytes);
        }

        turn.End();
    }
}
