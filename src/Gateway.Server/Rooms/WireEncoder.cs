using System.Buffers;
using System.Diagnostics;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Protocol.WebSockets;

namespace Gateway.Server.Rooms;

/// <summary>
/// Turns frames (concatenated MessagePack arrays) into one WebSocket message of any <see cref="WireEncoding"/>. Belongs to one lane: its buffers are reused.
/// </summary>
internal sealed class WireEncoder : IDisposable
{
    // Below this size deflate costs more than it saves: its own overhead eats the gain on short texts.
    private const int MinCompressedBytes = 128;

    private readonly JsonTranscoder _transcoder = new(FrameLimits.MaxFrameDepth);
    private readonly Deflater _deflater = new();
    private readonly ArrayBufferWriter<byte> _json = new(4096);

    /// <summary>Makes one WebSocket message. The caller owns the reference.</summary>
    /// <param name="frames">One or more valid frames.</param>
    public WireBuffer Encode(ReadOnlySpan<byte> frames, WireEncoding encoding)
    {
        var payload = frames;
        if (encoding is WireEncoding.Json or WireEncoding.JsonDeflate)
        {
            payload = ToJson(frames);
        }

        var compressed = encoding is WireEncoding.MessagePackDeflate or WireEncoding.JsonDeflate && payload.Length >= MinCompressedBytes;
        if (compressed)
        {
            payload = _deflater.Deflate(payload);
        }

        var buffer = WireBuffer.Rent(FrameWriter.MaxServerHeaderBytes + payload.Length);
        payload.CopyTo(buffer.Writable[FrameWriter.MaxServerHeaderBytes..]);
        Seal(buffer, FrameWriter.MaxServerHeaderBytes + payload.Length, OpcodeOf(encoding), compressed);
        return buffer;
    }

    /// <summary>
    /// Writes the WebSocket header right in front of a payload that begins at <see cref="FrameWriter.MaxServerHeaderBytes"/>, and sets the buffer's range to both.
    /// </summary>
    public static void Seal(WireBuffer buffer, int end, Opcode opcode, bool compressed = false)
    {
        var length = end - FrameWriter.MaxServerHeaderBytes;
        var header = FrameWriter.HeaderLength(length);
        var start = FrameWriter.MaxServerHeaderBytes - header;
        FrameWriter.WriteHeader(buffer.Writable.Slice(start, header), opcode, length, fin: true, rsv1: compressed);
        buffer.SetRange(start, end);
    }

    /// <summary>Compresses one payload (RFC 7692, no context takeover). Valid until the next call.</summary>
    public ReadOnlySpan<byte> Deflate(ReadOnlySpan<byte> payload) => _deflater.Deflate(payload);

    public static Opcode OpcodeOf(WireEncoding encoding) =>
        encoding is WireEncoding.Json or WireEncoding.JsonDeflate ? Opcode.Text : Opcode.Binary;

    public void Dispose()
    {
        _transcoder.Dispose();
        _deflater.Dispose();
    }

    private ReadOnlySpan<byte> ToJson(ReadOnlySpan<byte> frames)
    {
        _json.ResetWrittenCount();
        while (!frames.IsEmpty)
        {
            if (_json.WrittenCount > 0)
            {
                _json.Write("\n"u8);
            }

            var status = _transcoder.ToJson(frames, _json, out var consumed);
            Debug.Assert(status == JsonTranscodeStatus.Success, "Only frames that were checked on their way in are sent out.");
            if (status != JsonTranscodeStatus.Success)
            {
                break;
            }

            frames = frames[consumed..];
        }

        return _json.WrittenSpan;
    }
}
