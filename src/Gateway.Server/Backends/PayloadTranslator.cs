using System.Buffers;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Server.Backends;

/// <summary>Checks payloads and translates them between the two formats. Keeps its buffers from call to call; for one thread at a time.</summary>
internal sealed class PayloadTranslator : IDisposable
{
    // What an unusually large payload needed beyond this is given back.
    private const int MaxKeptBytes = 1024 * 1024;
    private static readonly byte[] Nil = [MessagePackCode.Nil];

    // What comes in is a payload. What goes out may hold one as deep as a frame does: in a message, in a list, in an answer.
    private readonly JsonTranscoder _fromJson = new(FrameLimits.MaxPayloadDepth);
    private readonly JsonTranscoder _toJson = new(FrameLimits.MaxFrameDepth);
    private ArrayBufferWriter<byte> _output = new();

    /// <summary>The payload as exactly one MessagePack value, valid until the next call. No bytes at all are nil.</summary>
    /// <returns>False: it is not one value of its format, or nested too deep.</returns>
    public bool TryToMessagePack(PayloadFormat format, ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> value)
    {
        value = Nil;
        if (payload.IsEmpty)
            return true;
        if (format == PayloadFormat.MessagePack)
        {
            var reader = new MessagePackReader(payload);
            value = payload;
            return reader.TrySkip() && reader.IsAtEnd;
        }

        Reset();
        if (_fromJson.ToMessagePack(payload, _output, out var consumed) != JsonTranscodeStatus.Success || payload[consumed..].IndexOfAnyExcept(" \t\r\n"u8) >= 0)
            return false;
        value = _output.WrittenSpan;
        return true;
    }

    /// <summary>A valid MessagePack value in the format asked for, valid until the next call.</summary>
    public ReadOnlySpan<byte> FromMessagePack(PayloadFormat format, ReadOnlySpan<byte> value)
    {
        if (format == PayloadFormat.MessagePack)
            return value;
        Reset();
        return _toJson.ToJson(value, _output, out _) == JsonTranscodeStatus.Success
            ? _output.WrittenSpan
            : throw new InvalidOperationException("What was checked to be MessagePack could not be written as JSON.");
    }

    public void Dispose()
    {
        _fromJson.Dispose();
        _toJson.Dispose();
    }

    private void Reset()
    {
        if (_output.Capacity > MaxKeptBytes)
            _output = new ArrayBufferWriter<byte>();
        _output.ResetWrittenCount();
    }
}
