using System.Net.Sockets;
using System.Text;

namespace Gateway.Server.Tests.Connections.Transports;

/// <summary>What every transport does, over real sockets.</summary>
public abstract class TransportContract : IDisposable
{
    private readonly TransportRig _rig;

    private protected TransportContract(TransportRig rig) => _rig = rig;

    private TransportLog Owner => _rig.Owner;

    [Fact]
    public void Receive_restIsLeft_comesAgainWithMoreBehindIt()
    {
        Owner.Take = static bytes => bytes.Length >= 4 ? 4 : 0;
        _rig.Transport.Start(Owner);
        Send("abc");
        _rig.TurnUntil(() => Owner.Calls is ["received "]);
        Send("defgh");
        _rig.TurnUntil(() => Owner.Calls.Contains("received abcd"));
        Send("ij");
        _rig.TurnUntil(() => Owner.Calls.Contains("received efgh"));
    }

    [Fact]
    public void Pause_withARestLeft_bringsItOnResumingWithoutNewBytes()
    {
        Owner.Take = _ =>
        {
            _rig.Transport.PauseReading();
            return 1;
        };
        _rig.Transport.Start(Owner);
        Send("abc");
        foreach (var expected in new[] { "received a", "received b", "received c" })
        {
            _rig.TurnUntil(() => Owner.Calls.Count > 0 && Owner.Calls[^1] == expected);
            _rig.Transport.ResumeReading();
        }

        Assert.Equal(["received a", "received b", "received c"], Owner.Calls);
    }

    [Fact]
    public async Task Pause_moreThanABufferWaits_losesNothing()
    {
        var sent = Bytes(300_000, seed: 1);
        Owner.Take = bytes =>
        {
            _rig.Transport.PauseReading();
            return Math.Min(bytes.Length, 10_000);
        };
        _rig.Transport.Start(Owner);
        var sending = Task.Run(() => SendAll(sent), TestContext.Current.CancellationToken);
        _rig.TurnUntil(() =>
        {
            _rig.Transport.ResumeReading();
            return Owner.Received.Length == sent.Length;
        });
        await sending;
        Assert.True(Owner.Received.SequenceEqual(sent));
    }

    [Fact]
    public async Task Send_peerDoesNotRead_takesAPartAndSaysWhenItGoesOn()
    {
        var message = Bytes(16 * 1024 * 1024, seed: 2);
        _rig.Transport.Start(Owner);
        var offered = OfferAll(message);
        _rig.Lane.Turn();
        Assert.InRange(offered(), 1, message.Length - 1);
        Assert.Equal(0, _rig.Transport.Send([new byte[1]]));

        var reading = Task.Run(() => Receive(message.Length), TestContext.Current.CancellationToken);
        _rig.TurnUntil(() => reading.IsCompleted);
        Assert.True((await reading).AsSpan().SequenceEqual(message));
        Assert.True(Owner.WritableCount > 0);
    }

    [Fact]
    public async Task CountTaken_peerReadsLate_tellsHowFarItIs()
    {
        const int Length = 16 * 1024 * 1024;
        var message = new byte[Length];
        _rig.Transport.Start(Owner);
        var offered = OfferAll(message);
        _rig.Lane.Turn();
        if (_rig.Transport.CountTaken() is not { } early)
        {
            Assert.False(_rig.TellsTaken);
            return;
        }

        Assert.False(early.IsAll);
        Assert.InRange<ulong>(early.Count, 0, Length - 1);
        Assert.InRange<ulong>(early.End, (ulong)offered(), ulong.MaxValue);
        Assert.InRange<long>(early.SinceAnswer, 0, 60_000);
        var reading = Task.Run(() => Receive(Length), TestContext.Current.CancellationToken);
        _rig.TurnUntil(() => reading.IsCompleted && _rig.Transport.CountTaken() is { IsAll: true });
        await reading;
        Assert.InRange(_rig.Transport.CountTaken()!.Value.Count, (ulong)Length, ulong.MaxValue);
    }

    [Fact]
    public async Task Send_manyBuffersOfAllSizes_arriveInOrder()
    {
        ReadOnlyMemory<byte>[] buffers = [.. new[] { 1, 0, 70_000, 3, 65_536, 65_535, 2, 1, 30_000, 30_000, 30_000 }.Select((length, i) => (ReadOnlyMemory<byte>)Bytes(length, i))];
        var total = buffers.Sum(static buffer => buffer.Length);
        _rig.Transport.Start(Owner);
        var sent = 0;
        Owner.Writable = Offer;
        Offer();
        var reading = Task.Run(() => Receive(total), TestContext.Current.CancellationToken);
        _rig.TurnUntil(() => reading.IsCompleted);
        Assert.Equal(buffers.SelectMany(static buffer => buffer.ToArray()), (await reading));

        void Offer()
        {
            int taken;
            do
            {
                taken = _rig.Transport.Send(From(sent));
                sent += taken;
            }
            while (taken > 0 && sent < total);
        }

        ReadOnlyMemory<byte>[] From(int position)
        {
            var left = buffers.AsEnumerable();
            foreach (var buffer in buffers)
            {
                if (position < buffer.Length)
                {
                    break;
                }

                position -= buffer.Length;
                left = left.Skip(1);
            }

            var rest = left.ToArray();
            if (rest.Length > 0)
            {
                rest[0] = rest[0][position..];
            }

            return rest;
        }
    }

    [Fact]
    public void Peer_endsItsHalf_isTheEndAfterAllThatCameBefore()
    {
        _rig.Transport.Start(Owner);
        Send("last words");
        _rig.EndPeerHalf();
        _rig.TurnUntil(() => Owner.IsClosed);
        Assert.Equal("last words", Encoding.Latin1.GetString(Owner.Received));
        Assert.Equal("closed by peer", Owner.Calls[^1]);
    }

    [Fact]
    public void Peer_resets_isTheEnd()
    {
        _rig.Transport.Start(Owner);
        _rig.Lane.Turn();
        _rig.ResetPeer();
        _rig.TurnUntil(() => Owner.IsClosed);
        Assert.Equal("closed by peer", Owner.Calls[^1]);
    }

    [Fact]
    public void Peer_resetsWhileASendIsShort_isTheEnd()
    {
        _rig.Transport.Start(Owner);
        var block = new byte[1 << 20];
        while (_rig.Transport.Send([block]) > 0)
        {
            _rig.Lane.Turn();
        }

        Owner.Writable = () => _rig.Transport.Send([block]);
        _rig.ResetPeer();
        _rig.TurnUntil(() => Owner.IsClosed);
        Assert.Equal("closed by peer", Owner.Calls[^1]);
        Assert.Equal(0, _rig.Transport.Send([block]));
    }

    [Fact]
    public void Abort_isToldInATurnOfItsOwn()
    {
        _rig.Transport.Start(Owner);
        _rig.Lane.Turn();
        _rig.Transport.Abort();
        Assert.False(Owner.IsClosed);
        _rig.TurnUntil(() => Owner.IsClosed);
        Assert.Equal("closed by us", Owner.Calls[^1]);
        AssertPeerSeesTheEnd();
    }

    [Fact]
    public void Abort_fromWithinOnReceived_receivesNothingMore()
    {
        Owner.Take = bytes =>
        {
            _rig.Transport.Abort();
            return bytes.Length;
        };
        _rig.Transport.Start(Owner);
        Send("a");
        _rig.TurnUntil(() => Owner.IsClosed);
        Assert.Equal(["received a", "closed by us"], Owner.Calls);
    }

    [Fact]
    public void Abort_whileASendIsShort_ends()
    {
        _rig.Transport.Start(Owner);
        var block = new byte[1 << 20];
        while (_rig.Transport.Send([block]) > 0)
        {
            _rig.Lane.Turn();
        }

        _rig.Transport.Abort();
        _rig.TurnUntil(() => Owner.IsClosed);
        Assert.Equal("closed by us", Owner.Calls[^1]);
    }

    [Fact]
    public async Task Shutdown_peerGetsAllThatWasTakenThenTheEnd()
    {
        var message = Bytes(100_000, seed: 3);
        _rig.Transport.Start(Owner);
        var taken = _rig.Transport.Send([message]);
        Assert.True(taken > 0);
        _rig.Transport.Shutdown();
        var reading = Task.Run(
            () =>
            {
                var received = Receive(taken);
                Assert.Equal(0, _rig.PeerStream.Read(new byte[1]));
                _rig.Peer.Close();
                return received;
            },
            TestContext.Current.CancellationToken);
        _rig.TurnUntil(() => reading.IsCompleted && Owner.IsClosed);
        Assert.True((await reading).AsSpan().SequenceEqual(message.AsSpan(0, taken)));
    }

    [Fact]
    public void Owner_fails_isReportedAndEndsTheConnection()
    {
        Owner.Take = static _ => throw new InvalidOperationException("broken on purpose");
        _rig.Transport.Start(Owner);
        Send("a");
        _rig.TurnUntil(() => Owner.IsClosed);
        Assert.Equal("broken on purpose", Assert.Single(_rig.Faults).Message);
        _rig.Faults.Clear();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Schedule_random_losesNothingEitherWay(int _)
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var toServer = Bytes(random.Next(1, 2_000_000), seed);
        var toClient = Bytes(random.Next(1, 2_000_000), seed + 1);
        var sent = 0;
        var isBlocked = false;
        Owner.Writable = () => isBlocked = false;
        Owner.Take = bytes =>
        {
            if (random.Next(3) > 0)
            {
                return bytes.Length;
            }

            // What is left over without a pause comes again only with more behind it, and there may be no more.
            _rig.Transport.PauseReading();
            return random.NextInt64(bytes.Length + 1);
        };
        _rig.Transport.Start(Owner);
        var sending = Task.Run(() => SendAll(toServer), TestContext.Current.CancellationToken);
        var reading = Task.Run(() => Receive(toClient.Length), TestContext.Current.CancellationToken);
        _rig.TurnUntil(() =>
        {
            if (random.Next(2) == 0)
            {
                _rig.Transport.ResumeReading();
            }

            if (!isBlocked && sent < toClient.Length)
            {
                var length = Math.Min(toClient.Length - sent, random.Next(1, 200_000));
                var cut = random.Next(length + 1);
                var taken = _rig.Transport.Send([toClient.AsMemory(sent, cut), toClient.AsMemory(sent + cut, length - cut)]);
                sent += taken;
                isBlocked = taken < length;
            }

            return Owner.Received.Length == toServer.Length && reading.IsCompleted;
        });
        await sending;
        Assert.True(Owner.Received.SequenceEqual(toServer), $"seed {seed}");
        Assert.True((await reading).AsSpan().SequenceEqual(toClient), $"seed {seed}");
    }

    public void Dispose()
    {
        Assert.Empty(_rig.Faults);
        _rig.Dispose();
        GC.SuppressFinalize(this);
    }

    // Now, and whenever the transport takes more. The result tells how much it has taken.
    private Func<int> OfferAll(byte[] message)
    {
        var offered = 0;
        Owner.Writable = Offer;
        Offer();
        return () => offered;

        void Offer()
        {
            int taken;
            do
            {
                taken = _rig.Transport.Send([message.AsMemory(offered)]);
                offered += taken;
            }
            while (taken > 0 && offered < message.Length);
        }
    }

    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private void Send(string text) => _rig.PeerStream.Write(Encoding.Latin1.GetBytes(text));

    private void SendAll(ReadOnlySpan<byte> bytes) => _rig.PeerStream.Write(bytes);

    private byte[] Receive(int length)
    {
        var received = new byte[length];
        for (var at = 0; at < length;)
        {
            var count = _rig.PeerStream.Read(received.AsSpan(at));
            Assert.True(count > 0, "The connection ended early.");
            at += count;
        }

        return received;
    }

    private void AssertPeerSeesTheEnd()
    {
        try
        {
            Assert.Equal(0, _rig.PeerStream.Read(new byte[1]));
        }
        catch (IOException e)
        {
            Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(e.InnerException).SocketErrorCode);
        }
    }
}
