using System.Net;
using System.Net.Sockets;
using Gateway.Server.Connections.Sockets;

namespace Gateway.Server.Tests.Connections.Sending;

public sealed class SendRingTests : IDisposable
{
    private const string NoRing = "The kernel has no io_uring for this process (kernel.io_uring_disabled, seccomp, or older than 5.7).";

    private readonly SendRing? _ring = SendRing.TryCreate();
    private readonly List<Socket> _sockets = [];

    [Fact]
    public void Submit_manyRounds_everyPeerGetsItsBytesInOrder()
    {
        var ring = Ring();
        var pairs = Enumerable.Range(0, 7).Select(_ => Pair()).ToArray();
        var expected = pairs.Select(static _ => new List<byte>()).ToArray();

        // Uneven counts, so that the queues' ends come everywhere in a round.
        for (var round = 0; round < 200; round++)
        {
            for (var i = 0; i < 5 + (round % 97); i++)
            {
                var bytes = BitConverter.GetBytes((round * 1000) + i);
                Assert.True(ring.TryAdd(File(pairs[i % pairs.Length].Ours), bytes, isSameAsLast: false));
                expected[i % pairs.Length].AddRange(bytes);
            }

            foreach (var result in ring.Submit())
                Assert.Equal(sizeof(int), result);
            for (var i = 0; i < pairs.Length; i++)
            {
                Assert.Equal(expected[i], Receive(pairs[i].Theirs, expected[i].Count));
                expected[i].Clear();
            }
        }
    }

    [Fact]
    public void TryAdd_sameBytes_takeTheirPlaceOnce()
    {
        var ring = Ring();
        var (ours, theirs) = Pair();
        var bytes = new byte[SendRing.BufferBytes];
        Random.Shared.NextBytes(bytes);
        Assert.True(ring.TryAdd(File(ours), bytes, isSameAsLast: false));
        Assert.True(ring.TryAdd(File(ours), bytes, isSameAsLast: true));
        Assert.False(ring.TryAdd(File(ours), [1], isSameAsLast: false));
        Assert.Equal(2, ring.Count);
        var results = ring.Submit().ToArray();
        Assert.Equal(2, results.Length);
        var taken = results.Sum(static result => Math.Max(0, result));
        var received = Receive(theirs, taken);
        for (var i = 0; i < taken; i++)
            Assert.Equal(bytes[i % bytes.Length], received[i]);
    }

    [Fact]
    public void TryAdd_moreThanTheBuffer_isForNoRing()
    {
        var ring = Ring();
        Assert.False(ring.TryAdd(0, new byte[SendRing.BufferBytes + 1], isSameAsLast: false));
        Assert.Equal(0, ring.Count);
        Assert.Equal(0, ring.Submit().Length);
    }

    [Fact]
    public void TryAdd_moreThanACallTakes_waitsForTheNext()
    {
        var ring = Ring();
        var (ours, theirs) = Pair();
        for (var i = 0; i < SendRing.MaxSends; i++)
            Assert.True(ring.TryAdd(File(ours), [(byte)i], isSameAsLast: false));
        Assert.False(ring.TryAdd(File(ours), [0], isSameAsLast: false));
        Assert.Equal(SendRing.MaxSends, ring.Submit().Length);
        Assert.Equal(Enumerable.Range(0, SendRing.MaxSends).Select(static i => (byte)i), Receive(theirs, SendRing.MaxSends));
        Assert.True(ring.TryAdd(File(ours), [0], isSameAsLast: false));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Submit_kernelTakesAFew_theOthersGoOneByOneInOrder(int maxTaken)
    {
        var ring = Ring();
        ring.MaxTaken = maxTaken;
        var (ours, theirs) = Pair();
        var (closed, _) = Pair();
        closed.Shutdown(SocketShutdown.Send);
        var expected = new List<byte>();
        for (var round = 0; round < 100; round++)
        {
            for (var i = 0; i < 7; i++)
            {
                // Put in their place, as what is sealed is.
                byte[] bytes = [(byte)round, (byte)i, .. new byte[i]];
                bytes.CopyTo(ring.Place);
                ring.Add(File(ours), bytes.Length);
                expected.AddRange(bytes);
            }

            Assert.True(ring.TryAdd(File(closed), [1], isSameAsLast: false));
            var results = ring.Submit();
            Assert.Equal(maxTaken, ring.TakenCount);
            Assert.Equal([2, 3, 4, 5, 6, 7, 8], results[..7].ToArray());
            Assert.Equal(ISocketChannel.Failed, PlainChannel.ToSent(results[7]));
            Assert.Equal([(byte)round, 6, 0, 0, 0, 0, 0, 0], ring.BytesOf(6).ToArray());
        }

        Assert.Equal(expected, Receive(theirs, expected.Count));
    }

    [Fact]
    public void Submit_peerTakesNothing_tellsAgainAndHoldsUpNobody()
    {
        var ring = Ring();
        // Between two that take all: older kernels complete what failed before what was sent.
        var (first, firstPeer) = Pair();
        var (full, _) = Pair();
        var (last, lastPeer) = Pair();
        full.Blocking = false;
        var chunk = new byte[60_000];
        var result = 1;
        while (result > 0)
        {
            Assert.True(ring.TryAdd(File(full), chunk, isSameAsLast: false));
            result = ring.Submit()[0];
        }

        Assert.Equal(-Libc.Again, result);
        Assert.True(ring.TryAdd(File(first), [1], isSameAsLast: false));
        Assert.True(ring.TryAdd(File(full), [2], isSameAsLast: false));
        Assert.True(ring.TryAdd(File(last), [3], isSameAsLast: false));
        var results = ring.Submit();
        Assert.Equal((1, 0, 1), (results[0], PlainChannel.ToSent(results[1]), results[2]));
        Assert.Equal([1], Receive(firstPeer, 1));
        Assert.Equal([3], Receive(lastPeer, 1));
    }

    [Fact]
    public void Submit_oursIsShutDown_tellsFailedWithoutASignal()
    {
        var ring = Ring();
        var (ours, _) = Pair();
        var (free, theirs) = Pair();
        ours.Shutdown(SocketShutdown.Send);
        Assert.True(ring.TryAdd(File(ours), [1], isSameAsLast: false));
        Assert.True(ring.TryAdd(File(free), [2], isSameAsLast: false));
        var results = ring.Submit();
        Assert.Equal((ISocketChannel.Failed, 1), (PlainChannel.ToSent(results[0]), results[1]));
        Assert.Equal([2], Receive(theirs, 1));
    }

    public void Dispose()
    {
        _ring?.Dispose();
        _sockets.ForEach(static socket => socket.Dispose());
    }

    private static int File(Socket socket) => (int)socket.Handle;

    private static byte[] Receive(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var received = socket.Receive(bytes.AsSpan(at));
            Assert.NotEqual(0, received);
            at += received;
        }

        return bytes;
    }

    private SendRing Ring()
    {
        Assert.SkipWhen(_ring is null, NoRing);
        return _ring;
    }

    private (Socket Ours, Socket Theirs) Pair()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var theirs = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 60_000 };
        theirs.Connect(listener.LocalEndPoint!);
        var ours = listener.Accept();
        _sockets.AddRange([ours, theirs]);
        return (ours, theirs);
    }
}
