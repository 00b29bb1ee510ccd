using System.Buffers.Binary;
using System.Net;
using Gateway.Protocol.MessagePack;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Admitting;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Rooms;
using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Connections.Limiting;

/// <summary>A simulated node with some limits, and peers that say the same few things over and over.</summary>
internal sealed class LimitScene : IDisposable
{
    public const int Error = 30;
    public const int Joined = 6;
    public const int Pong = 25;
    public const int Ack = 10;

    private int _nextConnection;

    public LimitScene(ConnectionLimits limits, int laneCount = 2)
    {
        var options = new RoomsOptions();
        foreach (var (name, durable) in (ReadOnlySpan<(string, bool)>)[("chat", true), ("live", false)])
            options.Kinds[name] = new RoomKindOptions { Join = "anyone", Publish = "anyone", Presence = "anyone", Durable = durable };
        Node = new SimNode(laneCount, options, limits, new NameIsToken(), new Dictionary<string, IRequestService> { ["silent"] = new SilentService() });
    }

    public SimNode Node { get; }

    public LiveLimits Live => Node.Live;

    public Admission Admission => Node.Node.Admission;

    public static byte[] Hello(string? user = null) => RawPeer.Frame((ref MessagePackWriter w) =>
    {
        Begin(ref w, 1, 1, fields: 2);
        if (user is null)
            w.WriteNil();
        else
            w.WriteString(user);
    });

    public static byte[] Ping(int id) => RawPeer.Frame((ref MessagePackWriter w) => Begin(ref w, 24, id));

    /// <summary>An op that nobody knows.</summary>
    public static byte[] Nonsense(int id) => RawPeer.Frame((ref MessagePackWriter w) => Begin(ref w, 99, id));

    public static byte[] Join(int id, string room) => RawPeer.Frame((ref MessagePackWriter w) =>
    {
        Begin(ref w, 5, id, fields: 3);
        w.WriteString(room);
        w.WriteInt(0);
    });

    public static byte[] Publish(int id, string room, string text) => RawPeer.Frame((ref MessagePackWriter w) =>
    {
        Begin(ref w, 9, id, fields: 4);
        w.WriteString(room);
        w.WriteString("e");
        w.WriteString(text);
    });

    public static byte[] Request(int id) => RawPeer.Frame((ref MessagePackWriter w) =>
    {
        Begin(ref w, 14, id, fields: 3);
        w.WriteString("silent");
        w.WriteString("m");
    });

    public AdmissionVerdict TryEnter(string address) => Admission.TryEnter(IPAddress.Parse(address), out _);

    /// <summary>A peer whose connection has been welcomed, or refused.</summary>
    public RawPeer Enter(string? user = null, int lane = 0, string address = "127.0.0.1") => Enter(out _, user, lane, address);

    public RawPeer Enter(out SimTransport transport, string? user = null, int lane = 0, string address = "127.0.0.1")
    {
        Node.Address = IPAddress.Parse(address);
        transport = Node.Connect(lane, $"c{_nextConnection++}");
        var peer = new RawPeer(Node, transport, lane);
        Node.Settle();
        peer.Send(Hello(user));
        Await(() => peer.Read().Count > 0);
        return peer;
    }

    /// <summary>Moves the clock on and lets everybody notice.</summary>
    public void Advance(long milliseconds)
    {
        Node.Time.Advance(milliseconds);
        Node.Settle();
    }

    public void Await(Func<bool> condition) =>
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    Node.Settle();
                    return condition();
                },
                TimeSpan.FromSeconds(30)),
            "It never came.");

    public long Hits(LimitName limit) => Node.Gauges.HitsOf(limit) ?? throw new InvalidOperationException($"{limit} counts no hits.");

    public double Saturation(LimitName limit) => Node.Gauges.SaturationOf(limit) ?? throw new InvalidOperationException($"{limit} has no level.");

    /// <summary>The errors a peer was sent: id and code.</summary>
    public static IReadOnlyList<(long Id, long Code)> Errors(RawPeer peer) =>
        [.. peer.Read().Where(static frame => frame.Op == Error).Select(static frame => (frame.First, frame.Second))];

    public static int CountOf(RawPeer peer, int op) => peer.Read().Count(frame => frame.Op == op);

    /// <summary>The close code a peer was sent; null: none.</summary>
    public static int? CloseCodeOf(RawPeer peer)
    {
        peer.Read();
        return peer.Messages.FirstOrDefault(static message => message.Opcode == Opcode.Close) is { Payload.Length: >= 2 } close ? BinaryPrimitives.ReadUInt16BigEndian(close.Payload) : null;
    }

    /// <summary>The last retryAfter a peer was sent, in milliseconds.</summary>
    public static long RetryAfterOf(RawPeer peer)
    {
        peer.Read();
        var reader = new MessagePackReader(peer.Messages.Last(static message => message.Opcode == Opcode.Binary).Payload);
        long retryAfter = -1;
        while (reader.TrySkip(out var raw))
        {
            var fields = new MessagePackReader(raw);
            fields.TryReadArrayHeader(out var count);
            fields.TryReadInt32(out var op);
            if (op != Error || count < 5)
                continue;
            for (var i = 0; i < 3; i++)
                fields.TrySkip(out _);
            fields.TryReadInt64(out retryAfter);
        }

        return retryAfter;
    }

    public void Dispose()
    {
        try
        {
            Assert.Empty(Node.Faults);
        }
        finally
        {
            Node.Dispose();
        }
    }

    private static void Begin(ref MessagePackWriter writer, int op, int first, int fields = 1)
    {
        writer.WriteArrayHeader(fields + 1);
        writer.WriteInt(op);
        writer.WriteInt(first);
    }
}
