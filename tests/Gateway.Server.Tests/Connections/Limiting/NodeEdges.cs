using System.Net.Sockets;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Connections.Sockets;
using Gateway.Server.Lanes;
using Gateway.Server.Operations;
using Gateway.Server.Operations.Settings;
using Gateway.Server.Tests.Connections.Transports;
using Gateway.Server.Tests.Operations;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using static Gateway.Server.Tests.Connections.Limiting.LimitScene;

namespace Gateway.Server.Tests.Connections.Limiting;

/// <summary>The edges of what a node does as a whole: lanes, kernel and drain.</summary>
internal static class NodeEdges
{
    public static Dictionary<LimitName, Action> Cases { get; } = new()
    {
        [LimitName.LaneCount] = LaneCount,
        [LimitName.SpareFiles] = SpareFiles,
        [LimitName.MaxPendingCommands] = PendingCommands,
        [LimitName.MaxUnsentBytes] = UnsentBytes,
        [LimitName.DrainPerSecond] = DrainPerSecond,
        [LimitName.DrainGrace] = DrainGrace,
    };

    private static void LaneCount()
    {
        using var folder = new TemporaryFolder();
        using (var app = (IDisposable)NodeApplication.Build(
            StartArguments.Parse(["--port=0", $"--data={folder.Path}", "--Gateway:Limits:LaneCount=3"]), Program.AddParts, Program.MapParts))
        {
            Assert.Equal(3, ((Microsoft.AspNetCore.Builder.WebApplication)app).Services.GetRequiredService<LaneSet>().Count);
        }

        var validation = new AnnotationValidation<ConnectionLimits>(ConnectionLimits.Section);
        Assert.True(validation.Validate(null, new ConnectionLimits { LaneCount = 256 }).Succeeded);
        Assert.Contains("LaneCount is 257; it must be from 0 to 256.", validation.Validate(null, new ConnectionLimits { LaneCount = 257 }).FailureMessage, StringComparison.Ordinal);
    }

    // All files that the process may open are spare: nobody is taken until some are not. By how many it is: see FileLimitTests of the end-to-end tests.
    private static void SpareFiles()
    {
        const int Peers = 3;
        var rig = new ListenerRig(limits: new ConnectionLimits { SpareFiles = (int)Math.Min(Libc.MaxFiles(), int.MaxValue) });
        for (var i = 0; i < Peers; i++)
        {
            rig.Connect();
        }

        rig.TurnUntil(() => rig.Hits(LimitName.SpareFiles) >= 1);
        var first = rig.Hits(LimitName.SpareFiles);
        for (var pauses = first + 1; pauses < first + 8; pauses++)
        {
            rig.Time.Advance(100 + TimingWheel.TickMilliseconds);
            rig.TurnUntil(() => rig.Hits(LimitName.SpareFiles) == pauses);
            Assert.Equal(1, rig.Poller.Count);
        }

        rig.Live.Replace(new ConnectionLimits { SpareFiles = 0 });
        rig.Time.Advance(100 + TimingWheel.TickMilliseconds);
        rig.TurnUntil(() => rig.Poller.Count == 1 + Peers);
        Assert.Equal(first + 7, rig.Hits(LimitName.SpareFiles));
        rig.DisposeAsync().AsTask().Wait();
    }

    private static void PendingCommands()
    {
        const int Limit = 1024;
        using var scene = new LimitScene(new ConnectionLimits { MaxPendingCommands = Limit });
        var lane = scene.Node.Lanes[0];
        var work = new NoWork();
        for (var i = 0; i < Limit; i++)
            Assert.True(lane.TryPost(work, 0));
        Assert.Equal(1, scene.Saturation(LimitName.MaxPendingCommands));
        Assert.False(lane.TryPost(work, 0));
        Assert.Equal(1, scene.Hits(LimitName.MaxPendingCommands));

        // A change reaches the lane at once.
        scene.Live.Replace(new ConnectionLimits { MaxPendingCommands = Limit + 1 });
        Assert.True(lane.TryPost(work, 0));
        Assert.False(lane.TryPost(work, 0));
        scene.Node.Settle();
        Assert.True(lane.TryPost(work, 0));
        scene.Node.Settle();
    }

    // A connection that the node's listener accepted, whose peer takes nothing: the kernel takes bytes up to the limit, and what completes the segment it had begun.
    private static void UnsentBytes()
    {
        const int Limit = 200_000;
        const int SegmentBytes = 64 * 1024;
        var rig = new ListenerRig(limits: new ConnectionLimits { MaxUnsentBytes = Limit });
        rig.Connect(ListenerRig.HttpRequest);
        var accepting = rig.Listener.AcceptAsync().AsTask();
        rig.TurnUntil(() => accepting.IsCompleted);
        var socket = accepting.Result!.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        socket.Blocking = false;
        var some = new byte[1000];

        // Until the peer's kernel has no place either, it goes on taking some.
        rig.TurnUntil(() =>
        {
            socket.Send(some, SocketFlags.None, out var error);
            return error == SocketError.WouldBlock && UnsentBytesOf(socket) >= Limit;
        });
        Assert.InRange(UnsentBytesOf(socket), Limit, Limit + SegmentBytes);
        accepting.Result.DisposeAsync().AsTask().Wait();
        rig.DisposeAsync().AsTask().Wait();

        using var scene = new LimitScene(new ConnectionLimits { MaxUnsentBytes = Limit });
        var peer = scene.Enter(out var transport);
        Assert.Equal(0, scene.Hits(LimitName.MaxUnsentBytes));
        scene.Node.On(0, () => transport.SetWindow(0));
        peer.Send(Ping(1));
        scene.Node.Settle();
        Assert.Equal(1, scene.Hits(LimitName.MaxUnsentBytes));
    }

    // u32 tcpi_notsent_bytes of struct tcp_info.
    private static int UnsentBytesOf(Socket socket)
    {
        const int Tcp = 6;
        const int Info = 11;
        var info = new byte[148];
        socket.GetRawSocketOption(Tcp, Info, info);
        return BitConverter.ToInt32(info, 144);
    }

    // Twenty a second in ten waves: two at once, and the next two only when a tenth of a second has passed.
    private static void DrainPerSecond()
    {
        using var scene = new LimitScene(new ConnectionLimits { DrainPerSecond = 20 });
        var peers = Enumerable.Range(0, 5).Select(_ => scene.Enter()).ToList();
        using var cancellation = new CancellationTokenSource();
        var drain = new ConnectionDrain(scene.Node.Node, scene.Node.Tickets, NullLogger<ConnectionDrain>.Instance).DrainAsync(cancellation.Token);
        scene.Await(() => scene.Hits(LimitName.DrainPerSecond) == 2);
        scene.Await(() => peers.Count(static peer => CountOf(peer, 29) == 1) == 2);
        scene.Advance(99);
        Assert.Equal(2, scene.Hits(LimitName.DrainPerSecond));
        scene.Advance(1);
        scene.Await(() => scene.Hits(LimitName.DrainPerSecond) == 4);
        scene.Await(() => peers.Count(static peer => CountOf(peer, 29) == 1) == 4);
        scene.Advance(100);
        scene.Await(() => scene.Hits(LimitName.DrainPerSecond) == 5);
        End(scene, drain, cancellation);
    }

    private static void DrainGrace()
    {
        using var scene = new LimitScene(new ConnectionLimits { DrainGrace = TimeSpan.FromMilliseconds(500) });
        var peer = scene.Enter();
        using var cancellation = new CancellationTokenSource();
        var drain = new ConnectionDrain(scene.Node.Node, scene.Node.Tickets, NullLogger<ConnectionDrain>.Instance).DrainAsync(cancellation.Token);
        scene.Await(() => CountOf(peer, 29) == 1);

        // It looks every tenth of a second: at 400 ms it is too early, at 500 ms not.
        scene.Advance(400);
        Assert.Null(CloseCodeOf(peer));
        Assert.Equal(0, scene.Hits(LimitName.DrainGrace));
        scene.Advance(100);
        scene.Await(() => CloseCodeOf(peer) == 4100);
        Assert.Equal(1, scene.Hits(LimitName.DrainGrace));
        End(scene, drain, cancellation);
    }

    private static void End(LimitScene scene, Task drain, CancellationTokenSource cancellation)
    {
        cancellation.Cancel();
        scene.Await(() => drain.IsCompleted);
    }

    private sealed class NoWork : ILaneWork
    {
        public void Execute(int code, object? argument, long number)
        {
        }
    }
}
