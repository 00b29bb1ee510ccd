using System.Security.Cryptography;
using System.Buffers.Binary;

namespace Gateway.Server.Rooms;

/// <summary>
/// One publish on its way to being ordered: the message, its idempotency key, and who waits for the answer. Pooled; owned by one holder at a
/// time, handed on from the publisher to the room and back with the outcome.
/// </summary>
internal sealed class Publication
{
    private static readonly BoundedPool<Publication> Pool = new(static () => new Publication(), 8192);

    private IPublisher? _publisher;
    private long _replyTag;

    /// <summary>Owned until <see cref="Complete"/>.</summary>
    public RoomMessage Message { get; private set; } = null!;

    /// <summary>The room by name, for a publisher who has no <see cref="Rooms.Room"/> at hand; else null.</summary>
    public string? RoomName { get; private set; }

    /// <summary>128 bits of SHA-256 over sender and key; 0: no key. A digest, because a window of thousands of keys would otherwise be thousands of strings.</summary>
    public UInt128 IdempotencyKey { get; private set; }

    /// <summary>It is not to be ordered any more: see <see cref="IPublisher.IsOver"/>.</summary>
    public bool IsOver => _publisher is { IsOver: true };

    /// <summary>Gives a publication without a key one of its own, so that it can be sent twice and stored once.</summary>
    /// <returns>False: it had one.</returns>
    public bool GiveKey()
    {
        if (IdempotencyKey != default)
        {
            return false;
        }

        IdempotencyKey = new UInt128((ulong)Random.Shared.NextInt64(1, long.MaxValue), (ulong)Random.Shared.NextInt64());
        return true;
    }

    /// <summary>Takes over the caller's reference to the message.</summary>
    /// <param name="replyTag">Given back to the publisher with the outcome.</param>
    public static Publication Create(RoomMessage message, UInt128 idempotencyKey, IPublisher? publisher, long replyTag, string? roomName = null)
    {
        var publication = Pool.Rent();
        publication.Message = message;
        publication.RoomName = roomName;
        publication.IdempotencyKey = idempotencyKey;
        publication._publisher = publisher;
        publication._replyTag = replyTag;
        return publication;
    }

    /// <summary>The digest of a key. The sender is part of it, so that nobody can take another one's keys.</summary>
    public static UInt128 Digest(ReadOnlySpan<byte> sender, ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
        {
            return default;
        }

        Span<byte> input = stackalloc byte[512];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (1 + sender.Length + key.Length > input.Length)
        {
            input = new byte[1 + sender.Length + key.Length];
        }

        // The length of the sender keeps ("ab", "c") apart from ("a", "bc").
        input[0] = (byte)sender.Length;
        sender.CopyTo(input[1..]);
        key.CopyTo(input[(1 + sender.Length)..]);
        SHA256.HashData(input[..(1 + sender.Length + key.Length)], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>Tells the publisher and gives message and object back. Called once, on the room's home lane.</summary>
    public void Complete(PublishStatus status, long epoch, long offset)
    {
        var publisher = _publisher;
        var tag = _replyTag;
        Message.Release();
        Message = null!;
        RoomName = null;
        _publisher = null;
        Pool.Return(this);
        publisher?.OnPublished(tag, new PublishResult(status, epoch, offset));
    }
}
