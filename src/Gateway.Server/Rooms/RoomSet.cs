using System.Text;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Lanes;

namespace Gateway.Server.Rooms;

/// <summary>All rooms of a node: which lane is home to which, and the door for those who are no connection.</summary>
internal sealed class RoomSet : IRoomPublisher
{
    /// <summary>A room belongs to one of so many shards for ever; shards move between lanes and nodes as a whole.</summary>
    public const int ShardCount = 256;

    private readonly RoomDirectory[] _directories;
    private readonly LocalRooms[] _locals;
    private readonly WireEncoder[] _encoders;
    private readonly TimeProvider _time;
    private readonly int _maxPayloadBytes;
    private int _number;

    public RoomSet(LaneSet lanes, RoomKinds kinds, RoomsOptions options, Func<Lane, IHistory> history, IRelay relay, TimeProvider time, int maxPayloadBytes)
    {
        Kinds = kinds;
        LaneCount = lanes.Count;
        _time = time;
        _maxPayloadBytes = maxPayloadBytes;
        _directories = new RoomDirectory[lanes.Count];
        _locals = new LocalRooms[lanes.Count];
        _encoders = new WireEncoder[lanes.Count];
        foreach (var lane in lanes.All)
        {
            _encoders[lane.Index] = new WireEncoder();
            _directories[lane.Index] = new RoomDirectory(lane, this, options, history(lane), relay);
            _locals[lane.Index] = new LocalRooms(lane, this, options, _encoders[lane.Index]);
        }
    }

    public int LaneCount { get; }

    public RoomKinds Kinds { get; }

    public ReadOnlySpan<LocalRooms> Locals => _locals;

    public ReadOnlySpan<RoomDirectory> Directories => _directories;

    public static int ShardOf(string room) => (int)(LaneSet.StableHash(room) % ShardCount);

    public RoomDirectory DirectoryOf(string room) => _directories[ShardOf(room) % _directories.Length];

    public LocalRooms LocalsOf(Lane lane) => _locals[lane.Index];

    /// <summary>The lane's encoder, for others who belong to the lane.</summary>
    public WireEncoder EncoderOf(Lane lane) => _encoders[lane.Index];

    public int NextNumber() => Interlocked.Increment(ref _number);

    /// <summary>Publishes for a connection. Takes over the publication; its publisher is told the outcome, "overloaded" included.</summary>
    public void Publish(Publication publication)
    {
        var directory = DirectoryOf(publication.RoomName!);
        if (ReferenceEquals(LaneThread.Current, directory.Lane))
        {
            directory.Publish(publication);
        }
        else if (!directory.Lane.TryPost(directory, RoomDirectory.PublishCode, publication))
        {
            publication.Complete(PublishStatus.Overloaded, 0, 0);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<PublishResult> PublishAsync(
        string room, string eventName, ReadOnlyMemory<byte> payload, PublishOptions options = default, CancellationToken cancellationToken = default)
    {
        if (Kinds.Of(room) is null)
        {
            return new PublishResult(PublishStatus.InvalidRoom, 0, 0);
        }

        if (payload.Length > _maxPayloadBytes)
        {
            return new PublishResult(PublishStatus.TooLarge, 0, 0);
        }

        if (!IsOneValue(payload.Span))
        {
            throw new ArgumentException("The payload must be exactly one valid MessagePack value.", nameof(payload));
        }

        var sender = options.Sender is null ? [] : Encoding.UTF8.GetBytes(options.Sender);
        var key = options.IdempotencyKey is null ? [] : Encoding.UTF8.GetBytes(options.IdempotencyKey);
        var message = RoomMessage.Create(eventName, payload.Span, options.Sender, options.ConflationKey, _time.GetUtcNow().ToUnixTimeMilliseconds());
        var waiter = new PublishWaiter();
        Publish(Publication.Create(message, Publication.Digest(sender, key), waiter, 0, room));
        return await waiter.Result.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static bool IsOneValue(ReadOnlySpan<byte> payload)
    {
        var reader = new MessagePackReader(payload);
        return reader.TrySkip(out _) && reader.IsAtEnd;
    }
}
