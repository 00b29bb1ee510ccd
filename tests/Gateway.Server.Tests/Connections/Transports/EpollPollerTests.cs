using System.Net;
using System.Net.Sockets;
using Gateway.Server.Connections.Sockets;

namespace Gateway.Server.Tests.Connections.Transports;

public sealed class EpollPollerTests : IDisposable
{
    private readonly List<Exception> _faults = [];
    private readonly EpollPoller _poller;
    private readonly List<Socket> _sockets = [];

    public EpollPollerTests() => _poller = new EpollPoller(_faults.Add);

    [Fact]
    public void Wake_beforeTheWait_endsIt()
    {
        _poller.Wake();
        _poller.Wait(-1);
        Assert.False(_poller.Dispatch());
    }

    [Fact]
    public void Wake_again_endsTheNextWaitToo()
    {
        for (var i = 0; i < 3; i++)
        {
            _poller.Wake();
            _poller.Wait(-1);
        }
    }

    [Fact]
    public void Remove_whileItsEventIsInTheBatch_isNotTold()
    {
        var (first, firstPeer) = Pair();
        var (second, secondPeer) = Pair();
        var told = new List<string>();
        Probe? other = null;
        Probe? a = null;
        Probe? b = null;
        a = new Probe(() => Remove("a"));
        b = new Probe(() => Remove("b"));
        a.Slot = _poller.Add(File(first), a);
        b.Slot = _poller.Add(File(second), b);
        firstPeer.Send("x"u8);
        secondPeer.Send("x"u8);
        _poller.Wait(-1);

        // Both are ready; whoever is told first takes the other out, and a new one gets its place.
        _poller.Dispatch();
        Assert.Single(told);
        Assert.Equal(0, other!.Count);

        void Remove(string name)
        {
            told.Add(name);
            var gone = (name == "a" ? b : a)!;
            _poller.Remove(gone.Slot, File(name == "a" ? second : first));
            other = new Probe(() => { });
            other.Slot = _poller.Add(File(Pair().One), other);
            Assert.Equal(gone.Slot, other.Slot);
            other.Count = 0;
        }
    }

    [Fact]
    public void Fault_ofOne_doesNotTakeTheEventsOfOthers()
    {
        var count = 0;
        for (var i = 0; i < 5; i++)
        {
            var (one, peer) = Pair();
            var fails = i % 2 == 0;
            _poller.Add(File(one), new Probe(() =>
            {
                count++;
                if (fails)
                {
                    throw new InvalidOperationException("on purpose");
                }
            }));
            peer.Send("x"u8);
        }

        while (count < 5)
        {
            _poller.Wait(-1);
            _poller.Dispatch();
        }

        Assert.Equal(3, _faults.Count);
    }

    [Fact]
    public void Defer_fromWithinADeferredCall_comesInTheNextTurn()
    {
        var count = 0;
        Probe? probe = null;
        probe = new Probe(() =>
        {
            if (++count < 3)
            {
                _poller.Defer(probe!);
            }
        });
        _poller.Defer(probe);
        for (var i = 1; i <= 3; i++)
        {
            Assert.True(_poller.HasWork);
            Assert.True(_poller.Dispatch());
            Assert.Equal(i, count);
        }

        Assert.False(_poller.HasWork);
    }

    [Fact]
    public void Dispose_tellsEveryEntry()
    {
        var probes = new List<Probe>();
        for (var i = 0; i < 200; i++)
        {
            var probe = new Probe(() => { });
            probe.Slot = _poller.Add(File(Pair().One), probe);
            probes.Add(probe);
        }

        _poller.Remove(probes[7].Slot, File(_sockets[14]));
        Assert.Equal(199, _poller.Count);
        _poller.Dispose();
        Assert.Equal(199, probes.Count(static probe => probe.IsStopped));
        Assert.False(probes[7].IsStopped);
    }

    [Fact]
    public void Wake_afterTheEnd_writesToNobodyElsesFile()
    {
        _poller.Dispose();

        // Whoever opens files now gets the numbers.
        for (var i = 0; i < 8; i++)
        {
            Pair();
        }

        _poller.Wake();
        Assert.All(_sockets, static socket => Assert.Equal(0, socket.Available));
    }

    public void Dispose()
    {
        _poller.Dispose();
        _sockets.ForEach(static socket => socket.Dispose());
    }

    private static int File(Socket socket) => (int)socket.SafeHandle.DangerousGetHandle();

    private (Socket One, Socket Other) Pair()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Connect(listener.LocalEndPoint!);
        var one = listener.Accept();
        _sockets.Add(one);
        _sockets.Add(other);
        return (one, other);
    }

    private sealed class Probe(Action onReady) : IReady
    {
        public int Slot { get; set; }

        public int Count { get; set; }

        public bool IsStopped { get; private set; }

        public void OnReady(EpollEvents events)
        {
            // A file is writable from the start; that alone is no news.
            if (events == EpollEvents.Out)
            {
                return;
            }

            Count++;
            onReady();
        }

        public void OnLaneStopped() => IsStopped = true;
    }
}
