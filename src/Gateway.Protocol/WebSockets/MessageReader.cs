using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Gateway.Protocol.WebSockets;

/// <summary>
/// Reads the messages of one connection out of the bytes that arrive (RFC 6455 5-8, RFC 7692 7.2). A mutable struct: keep it in a field
/// that is not readonly, never copy it.
/// </summary>
/// <remarks>
/// Holds no buffer unless a message is half there. A frame that arrived whole is unmasked straight into the lane's scratch; what comes in
/// pieces is taken in at once, into a pooled buffer that grows with what has really come, never with what a header announces. The buffer
/// goes back when the message ends, at a violation, and in <see cref="Release"/>.
/// One owner at a time, no concurrency. Hot path; measured by MessageReaderBenchmarks.
/// </remarks>
public partial struct MessageReader
{
    /// <summary>The first buffer of a message that arrives in pieces. Then it doubles.</summary>
    private const int FirstBufferBytes = 4 * 1024;

    private readonly MessageReaderOptions _options;
    private byte[]? _buffer;
    private int _length;            // octets of the message in _buffer: unmasked, still compressed if it is
    private int _frameRemaining;    // octets of the current frame's payload that have not come yet
    private uint _maskKey;
    private int _frameCount;        // frames of the message so far
    private State _state;
    private Opcode _opcode;         // of the message
    private Opcode _control;        // of the control frame under way
    private byte _controlLength;    // its octets so far; they lie in _buffer behind the message's
    private byte _phase;            // octets of the current frame so far, mod 4
    private byte _incompleteUtf8;   // last octets of the message so far that begin a character

    /// <summary>Makes the reader of a new connection.</summary>
    /// <param name="options">The endpoint's limits.</param>
    /// <param name="deflate">Whether the handshake of this connection agreed on permessage-deflate.</param>
    public MessageReader(MessageReaderOptions options, bool deflate)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _state = deflate ? State.Deflate : State.None;
    }

    [Flags]
    private enum State : byte
    {
        None = 0,
        Deflate = 1,      // permessage-deflate was agreed on
        InMessage = 2,    // the first frame of a data message has begun
        Compressed = 4,   // ... with RSV1
        LastFrame = 8,    // the current data frame has FIN
        InFrame = 16,     // a header has been read, its payload not to the end
        InControl = 32,   // ... and it is a control frame
        Finished = 64,
    }

    /// <summary>After a close frame or a violation: what else arrives is thrown away.</summary>
    public readonly bool IsFinished => Has(State.Finished);

    /// <summary>Whether a message or frame has begun and not ended; for time-outs against peers that never finish one.</summary>
    public readonly bool IsMidMessage => (_state & (State.InMessage | State.InFrame)) != State.None;

    /// <summary>Bytes of pooled memory that this connection holds; 0 between messages.</summary>
    public readonly int HeldBytes => _buffer?.Length ?? 0;

    /// <summary>
    /// Takes in bytes up to the end of one message or control frame.
    /// </summary>
    /// <param name="input">
    /// What has arrived. Sliced to what is left: with <see cref="MessageReadStatus.NeedMore"/> that is at most an incomplete frame header
    /// (less than 14 octets), which must be there again, with more, in the next call.
    /// </param>
    /// <param name="scratch">The lane's.</param>
    /// <param name="message">What was found; see <see cref="ReceivedMessage"/> for how long it is valid.</param>
    /// <returns>
    /// Call again until it is NeedMore. Once it was Close or Violation, each further call throws its input away and returns NeedMore.
    /// </returns>
    public MessageReadStatus Read(ref ReadOnlySequence<byte> input, ReceiveScratch scratch, out ReceivedMessage message)
    {
        ArgumentNullException.ThrowIfNull(scratch);
        scratch.Recycle();
        message = default;

        if (Has(State.Finished))
        {
            input = input.Slice(input.End);
            return MessageReadStatus.NeedMore;
        }

        while (true)
        {
            if (!Has(State.InFrame))
            {
                var violation = ReadHeader(input, out var header);
                if (violation != FrameViolation.None)
                    return Refuse(violation, scratch, out message);
                if (header.Length == 0)
                    return MessageReadStatus.NeedMore;
                if (IsWhole(header, input, scratch))
                    return ReadWhole(header, ref input, scratch, out message);

                BeginFrame(header);
                input = input.Slice(header.Length);
            }

            if (!ReadPayload(ref input))
                return Refuse(FrameViolation.TextNotUtf8, scratch, out message);
            if (_frameRemaining > 0)
                return MessageReadStatus.NeedMore;

            _state &= ~State.InFrame;
            if (Has(State.InControl))
                return EndControl(scratch, out message);
            if (Has(State.LastFrame))
                return EndMessage(scratch, out message);
        }
    }

    /// <summary>Gives back what the connection holds. To be called when it ends; after it the reader is finished.</summary>
    public void Release()
    {
        _state = State.Finished;
        if (_buffer is { } buffer)
        {
            _buffer = null;
            _options.BufferPool.Return(buffer);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly bool Has(State state) => (_state & state) != State.None;

    private readonly FrameViolation ReadHeader(in ReadOnlySequence<byte> input, out FrameHeader header)
    {
        if (input.FirstSpan.Length >= FrameHeader.MaxBytes || input.IsSingleSegment)
            return ReadHeader(input.FirstSpan, out header);

        Span<byte> joined = stackalloc byte[FrameHeader.MaxBytes];
        joined = joined[..(int)Math.Min(input.Length, FrameHeader.MaxBytes)];
        input.Slice(0, joined.Length).CopyTo(joined);
        return ReadHeader(joined, out header);
    }

    private readonly FrameViolation ReadHeader(scoped ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        var violation = FrameHeader.TryRead(bytes, _options.RequireMask, out header);

        // A fault in the first octet that only the state shows is told with that octet, like the others.
        return violation == FrameViolation.None && !bytes.IsEmpty ? Admit(bytes[0], header) : violation;
    }

    /// <summary>Checks a header, or its first octet when the rest has not come, against the state and the limits.</summary>
    private readonly FrameViolation Admit(byte first, in FrameHeader header)
    {
        var opcode = (Opcode)(first & 0x0F);
        var compressed = (first & 0x40) != 0;
        if (compressed && (!Has(State.Deflate) || opcode is not (Opcode.Text or Opcode.Binary)))
            return FrameViolation.ReservedBit;
        if (opcode >= Opcode.Close)
            return FrameViolation.None;
        if (Has(State.InMessage) && opcode != Opcode.Continuation)
            return FrameViolation.ContinuationExpected;
        if (!Has(State.InMessage) && opcode == Opcode.Continuation)
            return FrameViolation.ContinuationUnexpected;
        if (_frameCount >= _options.MaxFramesPerMessage)
            return FrameViolation.TooManyFrames;

        var limit = compressed || Has(State.Compressed) ? _options.MaxCompressedBytes : _options.MaxMessageBytes;
        return header.PayloadLength > limit - _length ? FrameViolation.MessageTooBig : FrameViolation.None;
    }

    /// <summary>Whether the usual case is met: a message of one frame, or a control frame outside of a message, is there to its end.</summary>
    private readonly bool IsWhole(in FrameHeader header, in ReadOnlySequence<byte> input, ReceiveScratch scratch) =>
        header.Fin
        && !Has(State.InMessage)
        && header.PayloadLength <= scratch.Capacity
        && (input.FirstSpan.Length >= header.Length + header.PayloadLength || input.Length >= header.Length + header.PayloadLength);

    private MessageReadStatus ReadWhole(
        scoped in FrameHeader header, ref ReadOnlySequence<byte> input, ReceiveScratch scratch, out ReceivedMessage message)
    {
        var length = (int)header.PayloadLength;
        var payload = scratch.Buffer[..length];
        var first = input.FirstSpan;
        if (first.Length >= header.Length + length)
            Masking.Apply(first.Slice(header.Length, length), payload, header.MaskKey, 0);
        else
            Unmask(input.Slice(header.Length, length), payload, header.MaskKey, 0);
        input = input.Slice(header.Length + length);

        if (header.IsControl)
            return ReadControl(header.Opcode, payload, scratch, out message);
        if (header.Rsv1)
            return Inflate(header.Opcode, scratch.Buffer[..(length + Inflater.TailBytes)], scratch, out message);
        if (header.Opcode == Opcode.Text && !Utf8.IsValid(payload))
            return Refuse(FrameViolation.TextNotUtf8, scratch, out message);

        message = new ReceivedMessage(header.Opcode, payload);
        return MessageReadStatus.Message;
    }

    private static void Unmask(in ReadOnlySequence<byte> source, Span<byte> destination, uint key, int phase)
    {
        foreach (var segment in source)
        {
            Masking.Apply(segment.Span, destination, key, phase);
            destination = destination[segment.Length..];
            phase += segment.Length & 3;
        }

        Debug.Assert(destination.IsEmpty, "The source was as long as the destination.");
    }
}
