using System.Diagnostics;
using System.Text;
using Gateway.Protocol.MessagePack;
using Gateway.Protocol.WebSockets;

namespace Gateway.Server.Rooms;

/// <summary>
/// One message of a room, encoded once: the frame <c>[11, number, offset, event, payload, sender, time, key?]</c> with its WebSocket
/// header in front, the same bytes for every member.
/// </summary>
/// <remarks>
/// <para>Made where it is published, by writing everything behind the offset at a fixed distance from the buffer's start. Number and
/// offset are known only when the room has ordered it; <see cref="Seal"/> then writes them, right-aligned, in front. So the payload is copied once.</para>
/// <para>Counted like <see cref="WireBuffer"/>. Sealed by the room's home lane before anybody else sees it, immutable from then on.</para>
/// <para>Hot path; benchmarked by RoomPublishBenchmarks.</para>
/// </remarks>
internal sealed class RoomMessage
{
    // WebSocket header (10, RFC 6455 5.2, unmasked) + array header (1) + op (1) + number (5) + offset (9).
    private const int PrefixBytes = FrameWriter.MaxServerHeaderBytes + 1 + 1 + 5 + 9;

    private static readonly BoundedPool<RoomMessage> Pool = new(static () => new RoomMessage(), 8192);

    private WireBuffer _wire = null!;
    private int _references;
    private int _payloadStart;
    private int _payloadEnd;
    private int _entryEnd;
    private int _keyStart;
    private int _end;
    private int _frameStart;

    /// <summary>Messages in use, over the process.</summary>
    public static long RentedCount => Pool.RentedCount;

    /// <summary>0: transient, not part of the room's order.</summary>
    public long Offset { get; private set; }

    public int Number { get; private set; }

    /// <summary>When the message was published, milliseconds since 1970.</summary>
    public long Time { get; private set; }

    /// <summary>The whole WebSocket frame in MessagePack, for sending.</summary>
    public WireBuffer Wire => _wire;

    /// <summary>The frame without the WebSocket header.</summary>
    public ReadOnlySpan<byte> Frame => _wire.Writable[_frameStart.._end];

    /// <summary>What a history entry has behind the offset: event, payload, sender, time.</summary>
    public ReadOnlySpan<byte> EntryBody => _wire.Writable[PrefixBytes.._entryEnd];

    /// <summary>What travels between nodes: event, payload, sender, time, and the conflation key of a transient message.</summary>
    public ReadOnlySpan<byte> RelayBody => _wire.Writable[PrefixBytes.._end];

    public ReadOnlySpan<byte> Payload => _wire.Writable[_payloadStart.._payloadEnd];

    /// <summary>The conflation key in UTF-8; empty for a message of the room's order.</summary>
    public ReadOnlySpan<byte> ConflationKey => _wire.Writable[_keyStart.._end];

    public bool IsTransient => _keyStart != _end;

    /// <summary>What the message counts for in a history's byte limit: its array, and about 160 bytes for the objects around it.</summary>
    public int SizeBytes => _wire.Writable.Length + 160;

    /// <param name="eventName">UTF-8.</param>
    /// <param name="payload">One valid MessagePack value.</param>
    /// <param name="sender">UTF-8; empty: none.</param>
    /// <param name="conflationKey">UTF-8; empty: none.</param>
    /// <param name="unixMilliseconds">The time of publishing.</param>
    public static RoomMessage Create(
        ReadOnlySpan<byte> eventName, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> sender, ReadOnlySpan<byte> conflationKey, long unixMilliseconds)
    {
        var message = Pool.Rent();
        message._references = 1;

        // 5 bytes are the longest string header, 9 the longest integer.
        var capacity = PrefixBytes + 5 + eventName.Length + payload.Length + 5 + sender.Length + 9 + 5 + conflationKey.Length;
        var wire = WireBuffer.Rent(capacity);
        var writer = new MessagePackWriter(wire.Writable[PrefixBytes..]);
        writer.WriteStringUtf8(eventName);
        message._payloadStart = PrefixBytes + (int)writer.Written;
        writer.WriteRaw(payload);
        message._payloadEnd = PrefixBytes + (int)writer.Written;
        if (sender.IsEmpty)
        {
            writer.WriteNil();
        }
        else
        {
            writer.WriteStringUtf8(sender);
        }

        writer.WriteInt(unixMilliseconds);
        message._entryEnd = message._end = message._keyStart = PrefixBytes + (int)writer.Written;
        if (!conflationKey.IsEmpty)
        {
            writer.WriteStringUtf8(conflationKey);
            message._end = PrefixBytes + (int)writer.Written;
            message._keyStart = message._end - conflationKey.Length;
        }

        Debug.Assert(!writer.HasOverflowed, "The capacity covers the longest encoding of each part.");
        message._wire = wire;
        message.Time = unixMilliseconds;
        message.Offset = -1;
        message.Number = 0;
        return message;
    }

    /// <summary>The convenience for callers off the hot path.</summary>
    public static RoomMessage Create(string eventName, ReadOnlySpan<byte> payload, string? sender, string? conflationKey, long unixMilliseconds) =>
        Create(
            Encoding.UTF8.GetBytes(eventName), payload, sender is null ? [] : Encoding.UTF8.GetBytes(sender),
            conflationKey is null ? [] : Encoding.UTF8.GetBytes(conflationKey), unixMilliseconds);

    /// <summary>A message that was stored: from its <see cref="EntryBody"/>, with its place in the room. One reference, the caller's. Null when the bytes are none.</summary>
    public static RoomMessage? Restore(ReadOnlySpan<byte> entryBody, int number, long offset)
    {
        if (Parse(entryBody) is not { } message)
        {
            return null;
        }

        if (message.IsTransient)
        {
            message.Release();
            return null;
        }

        message.Seal(number, offset);
        return message;
    }

    /// <summary>A message that another node has made: from its <see cref="RelayBody"/>, not sealed yet. One reference, the caller's. Null when the bytes are none.</summary>
    public static RoomMessage? Parse(ReadOnlySpan<byte> relayBody)
    {
        var reader = new MessagePackReader(relayBody);
        if (!reader.TrySkip())
        {
            return null;
        }

        var payloadStart = reader.Consumed;
        if (!reader.TrySkip())
        {
            return null;
        }

        var payloadEnd = reader.Consumed;
        if (!reader.TrySkip() || !reader.TryReadInt64(out var time))
        {
            return null;
        }

        var entryEnd = reader.Consumed;
        ReadOnlySpan<byte> key = [];
        if (!reader.IsAtEnd && (!reader.TryReadString(out key) || key.IsEmpty || !reader.IsAtEnd))
        {
            return null;
        }

        var message = Pool.Rent();
        message._references = 1;
        message._wire = WireBuffer.Rent(PrefixBytes + relayBody.Length);
        relayBody.CopyTo(message._wire.Writable[PrefixBytes..]);
        message._payloadStart = PrefixBytes + payloadStart;
        message._payloadEnd = PrefixBytes + payloadEnd;
        message._entryEnd = PrefixBytes + entryEnd;
        message._end = PrefixBytes + relayBody.Length;
        message._keyStart = message._end - key.Length;
        message.Time = time;
        message.Offset = -1;
        message.Number = 0;
        return message;
    }

    /// <summary>Gives the message its place in the room; from now on it may be sent.</summary>
    public void Seal(int number, long offset)
    {
        Debug.Assert(Offset < 0, "A message is sealed once.");
        Number = number;
        Offset = offset;
        Span<byte> scratch = stackalloc byte[16];
        var writer = new MessagePackWriter(scratch);
        writer.WriteArrayHeader(IsTransient ? 8 : 7);
        writer.WriteInt(11);
        writer.WriteInt(number);
        writer.WriteInt(offset);
        var head = scratch[..(int)writer.Written];
        _frameStart = PrefixBytes - head.Length;
        var array = _wire.Writable;
        head.CopyTo(array[_frameStart..]);

        var headerLength = FrameWriter.HeaderLength(_end - _frameStart);
        var wireStart = _frameStart - headerLength;
        FrameWriter.WriteHeader(array.Slice(wireStart, headerLength), Opcode.Binary, _end - _frameStart);
        _wire.SetRange(wireStart, _end);
    }

    /// <summary>The same message under another room number (rooms that were closed and opened again get a new one). One reference, the caller's.</summary>
    public RoomMessage WithNumber(int number)
    {
        var copy = Pool.Rent();
        copy._references = 1;
        copy._wire = WireBuffer.Rent(_end);
        _wire.Writable[PrefixBytes.._end].CopyTo(copy._wire.Writable[PrefixBytes..]);
        copy._payloadStart = _payloadStart;
        copy._payloadEnd = _payloadEnd;
        copy._entryEnd = _entryEnd;
        copy._keyStart = _keyStart;
        copy._end = _end;
        copy.Time = Time;
        copy.Offset = -1;
        copy.Seal(number, Offset);
        return copy;
    }

    public RoomMessage Retain()
    {
        var references = Interlocked.Increment(ref _references);
        Debug.Assert(references > 1, "A message was used after its last reference had been released.");
        return this;
    }

    public void Release()
    {
        var references = Interlocked.Decrement(ref _references);
        Debug.Assert(references >= 0, "A message was released once too often.");
        if (references == 0)
        {
            _wire.Release();
            _wire = null!;
            Pool.Return(this);
        }
    }
}
