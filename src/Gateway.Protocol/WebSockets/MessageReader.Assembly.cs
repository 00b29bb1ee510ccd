using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;

namespace Gateway.Protocol.WebSockets;

/// <content>Frames that come in pieces, messages of several frames, and what is done at the end of each.</content>
public partial struct MessageReader
{
    private void BeginFrame(in FrameHeader header)
    {
        _state |= State.InFrame;
        _frameRemaining = (int)header.PayloadLength; // Admit has held it against the limit, which fits an int
        _maskKey = header.MaskKey;
        _phase = 0;

        if (header.IsControl)
        {
            _state |= State.InControl;
            _control = header.Opcode;
            _controlLength = 0;
            return;
        }

        _state &= ~State.LastFrame;
        if (header.Fin)
            _state |= State.LastFrame;
        _frameCount++;
        if (Has(State.InMessage))
            return;

        _state |= header.Rsv1 ? State.InMessage | State.Compressed : State.InMessage;
        _opcode = header.Opcode;
    }

    /// <summary>Takes in what there is of the frame's payload. False if the text so far is not UTF-8.</summary>
    private bool ReadPayload(ref ReadOnlySequence<byte> input)
    {
        var count = (int)Math.Min(input.Length, _frameRemaining);
        if (count == 0)
            return true;

        var control = Has(State.InControl);
        var start = _length + (control ? _controlLength : 0);
        Reserve(start, count);
        Unmask(input.Slice(0, count), _buffer.AsSpan(start, count), _maskKey, _phase);
        input = input.Slice(count);
        _frameRemaining -= count;
        _phase = (byte)((_phase + count) & 3);

        if (control)
        {
            _controlLength += (byte)count;
            return true;
        }

        _length += count;
        if (_opcode != Opcode.Text || Has(State.Compressed))
            return true;

        var pending = _buffer.AsSpan(start - _incompleteUtf8, _incompleteUtf8 + count);
        var valid = Utf8Stream.IsValidSoFar(pending, out var incomplete);
        _incompleteUtf8 = (byte)incomplete;
        return valid;
    }

    /// <summary>
    /// Makes room for octets that are there. Beyond them it only reserves as much again as has come already, or what the frame still
    /// lacks if that is less, so that 1 GiB announced costs the peer 512 MiB sent.
    /// </summary>
    private void Reserve(int used, int count)
    {
        var needed = used + count;
        if (_buffer is not null && _buffer.Length >= needed)
            return;

        var doubled = (int)Math.Min(2L * used, _options.MaxCompressedBytes + Inflater.TailBytes);
        var frameEnd = used + _frameRemaining;
        var wanted = Has(State.LastFrame)
            ? Math.Min(frameEnd, Math.Max(doubled, FirstBufferBytes))
            : Math.Max(doubled, Math.Min(Math.Max(frameEnd, FrameWriter.MaxControlPayloadBytes), FirstBufferBytes));

        var bigger = _options.BufferPool.Rent(Math.Max(needed, wanted));
        if (_buffer is { } old)
        {
            old.AsSpan(0, used).CopyTo(bigger);
            _options.BufferPool.Return(old);
        }

        _buffer = bigger;
    }

    private MessageReadStatus EndControl(ReceiveScratch scratch, out ReceivedMessage message)
    {
        _state &= ~State.InControl;
        var payload = _buffer is { } buffer ? buffer.AsSpan(_length, _controlLength) : default;

        // Within a message the payload lies in its buffer until the next Read writes over it; else the scratch keeps the buffer so long.
        if (!Has(State.InMessage))
            HandOver(scratch);
        return ReadControl(_control, payload, scratch, out message);
    }

    private MessageReadStatus ReadControl(Opcode opcode, ReadOnlySpan<byte> payload, ReceiveScratch scratch, out ReceivedMessage message)
    {
        if (opcode == Opcode.Close)
            return ReadClose(payload, scratch, out message);
        message = new ReceivedMessage(opcode, payload);
        return opcode == Opcode.Ping ? MessageReadStatus.Ping : MessageReadStatus.Pong;
    }

    /// <summary>RFC 6455 5.5.1: nothing, or a big-endian code and a reason in UTF-8.</summary>
    private MessageReadStatus ReadClose(ReadOnlySpan<byte> payload, ReceiveScratch scratch, out ReceivedMessage message)
    {
        var code = (ushort)CloseCode.NoStatus;
        if (payload.Length == 1)
            return Refuse(FrameViolation.CloseTruncated, scratch, out message);
        if (payload.Length >= 2)
        {
            code = BinaryPrimitives.ReadUInt16BigEndian(payload);
            payload = payload[2..];
            if (!CloseCodes.IsValidOnWire(code))
                return Refuse(FrameViolation.CloseCodeInvalid, scratch, out message);
            if (!Utf8.IsValid(payload))
                return Refuse(FrameViolation.CloseReasonNotUtf8, scratch, out message);
        }

        HandOver(scratch);
        _state = State.Finished;
        message = new ReceivedMessage(Opcode.Close, payload, (CloseCode)code);
        return MessageReadStatus.Close;
    }

    private MessageReadStatus EndMessage(ReceiveScratch scratch, out ReceivedMessage message)
    {
        if (_incompleteUtf8 != 0)
            return Refuse(FrameViolation.TextNotUtf8, scratch, out message);

        var compressed = Has(State.Compressed);
        if (compressed)
            Reserve(_length, Inflater.TailBytes);

        var length = _length;
        var payload = _buffer.AsSpan(0, compressed ? length + Inflater.TailBytes : length);
        HandOver(scratch);
        if (compressed)
            return Inflate(_opcode, payload, scratch, out message);

        message = new ReceivedMessage(_opcode, payload);
        return MessageReadStatus.Message;
    }

    /// <summary>Inflates a whole message; the last four octets of <paramref name="payload"/> are room for the tail.</summary>
    private MessageReadStatus Inflate(Opcode opcode, Span<byte> payload, ReceiveScratch scratch, out ReceivedMessage message)
    {
        var status = scratch.Inflater.Inflate(payload, _options.MaxMessageBytes, out var inflated);
        if (status != InflateStatus.Done)
        {
            var violation = status switch
            {
                InflateStatus.TooBig => FrameViolation.MessageTooBig,
                InflateStatus.Wasteful => FrameViolation.DeflateWasteful,
                _ => FrameViolation.DeflateCorrupt,
            };
            return Refuse(violation, scratch, out message);
        }

        if (opcode == Opcode.Text && !Utf8.IsValid(inflated))
            return Refuse(FrameViolation.TextNotUtf8, scratch, out message);

        message = new ReceivedMessage(opcode, inflated);
        return MessageReadStatus.Message;
    }

    private MessageReadStatus Refuse(FrameViolation violation, ReceiveScratch scratch, out ReceivedMessage message)
    {
        HandOver(scratch);
        _state = State.Finished;
        message = new ReceivedMessage(violation);
        return MessageReadStatus.Violation;
    }

    /// <summary>Ends the message: the connection holds nothing any more, the scratch keeps the payload until its next use.</summary>
    private void HandOver(ReceiveScratch scratch)
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            scratch.Keep(buffer, _options.BufferPool);
        }

        _length = 0;
        _frameCount = 0;
        _incompleteUtf8 = 0;
        _state &= State.Deflate;
    }
}
