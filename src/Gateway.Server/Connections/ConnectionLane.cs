using System.Buffers;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Connections.Flights;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Connections.Sockets;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>What the connections of one lane share: scratch memory, the encoder, things lent out while something waits, and the list of all. Belongs to the lane.</summary>
internal sealed class ConnectionLane : IDisposable
{
    private const int MaxKeptOutbounds = 1024;
    private const int MaxKeptReplies = 64;
    private const int MaxKeptWatches = 1024;

    private readonly Stack<Outbound> _outbounds = new();
    private readonly Stack<ReplyBuffer> _replies = new();
    private readonly Stack<TakingWatch> _watches = new();
    private readonly List<Connection> _connections = [];
    private readonly LiveLimits _live;
    private readonly byte[] _lastPing = new byte[FrameWriter.MaxControlFrameBytes];
    private int _lastPingLength;

    public ConnectionLane(Lane lane, WireEncoder encoder, LiveLimits live, MessageReaderOptions readerOptions, bool isRingWanted)
    {
        Lane = lane;
        Encoder = encoder;
        _live = live;
        ReaderOptions = readerOptions;
        LostNotice = WriteLostNotice;
        Rates = new LentRates(lane);
        Batch = new SendBatch(lane, Counters, isRingWanted);
    }

    public Lane Lane { get; }

    public WireEncoder Encoder { get; }

    /// <summary>The limits at this moment.</summary>
    public ConnectionLimits Limits => _live.Values;

    public MessageReaderOptions ReaderOptions { get; }

    /// <summary>Makes the notice of messages that were dropped; the caller owns the reference. Made once: a delegate for each flush would be garbage.</summary>
    public Func<OutboundItem, WireBuffer> LostNotice { get; }

    /// <summary>Where connections that end are counted off; null where nobody is counted.</summary>
    public Admission? Admission { get; init; }

    /// <summary>Where frame headers are remembered; null where they are not.</summary>
    public LaneFlights? Flights { get; init; }

    public LentRates Rates { get; }

    /// <summary>What connections have to send at the end of the turn.</summary>
    public SendBatch Batch { get; }

    public ReceiveScratch Scratch { get; } = new();

    public IReadOnlyList<Connection> Connections => _connections;

    /// <summary>Counters of the lane, read by metrics from elsewhere.</summary>
    public ConnectionCounters Counters { get; } = new();

    public void Add(Connection connection)
    {
        connection.Outlet = Batch.Outlets.Add(connection);
        connection.LaneIndex = _connections.Count;
        _connections.Add(connection);
        Flights?.Begin();
        Counters.Opened++;
    }

    public void Remove(Connection connection)
    {
        Flights?.End(connection.LaneIndex);
        var last = _connections[^1];
        _connections[connection.LaneIndex] = last;
        last.LaneIndex = connection.LaneIndex;
        _connections.RemoveAt(_connections.Count - 1);
        connection.LaneIndex = -1;
        Counters.Closed++;
    }

    public Outbound RentOutbound() => _outbounds.TryPop(out var outbound) ? outbound : new Outbound();

    public void Return(Outbound outbound)
    {
        if (_outbounds.Count < MaxKeptOutbounds)
        {
            outbound.Trim();
            _outbounds.Push(outbound);
        }
    }

    public TakingWatch RentWatch() => _watches.TryPop(out var watch) ? watch : new TakingWatch();

    public void Return(TakingWatch watch)
    {
        if (_watches.Count < MaxKeptWatches)
        {
            _watches.Push(watch);
        }
    }

    public ReplyBuffer RentReply() => _replies.TryPop(out var reply) ? reply : new ReplyBuffer();

    public void Return(ReplyBuffer reply)
    {
        if (_replies.Count < MaxKeptReplies)
        {
            _replies.Push(reply);
        }
        else
        {
            reply.Drop();
        }
    }

    /// <summary>Where one frame is put together before it is queued; used within one call.</summary>
    public ArrayBufferWriter<byte> Frame { get; } = new(1024);

    /// <summary>The payload of the last of many pings, until it is answered; used within one call.</summary>
    public ReadOnlySpan<byte> LastPing
    {
        get => _lastPing.AsSpan(0, _lastPingLength);
        set
        {
            value.CopyTo(_lastPing);
            _lastPingLength = value.Length;
        }
    }

    public JsonFrames JsonFrames { get; } = new();

    /// <summary>Where JSON messages are turned into frames; used within one call.</summary>
    public ArrayBufferWriter<byte> Decoded { get; } = new(4096);

    public void Dispose()
    {
        Scratch.Dispose();
        Batch.Dispose();
    }

    // [28, number, count, from, to] for the offsets that are gone, and one with 0, 0 for transient messages, in one WebSocket message.
    private WireBuffer WriteLostNotice(OutboundItem mark)
    {
        Span<byte> frames = stackalloc byte[80];
        var writer = new MessagePackWriter(frames);
        var number = mark.Membership!.Room.Number;
        if (mark.LostTo > 0)
            new LostFrame { Number = number, Count = (int)(mark.LostTo - mark.LostFrom + 1), From = mark.LostFrom, To = mark.LostTo }.Write(ref writer);
        if (mark.LostTransientCount > 0)
            new LostFrame { Number = number, Count = mark.LostTransientCount }.Write(ref writer);
        return Encoder.Encode(frames[..(int)writer.Written], mark.Membership.Member.Encoding);
    }
}
