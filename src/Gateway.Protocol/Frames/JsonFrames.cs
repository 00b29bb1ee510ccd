using System.Buffers;
using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Frames;

/// <summary>
/// Translates whole messages of the subprotocol <c>gateway.v1.json</c>: JSON arrays one after the other, from and to the same
/// frames in MessagePack (protocol/spec.md, section 2.1). Rooms and connections only ever see MessagePack.
/// </summary>
/// <remarks>Not safe for several threads at once; one for each lane will do. See <see cref="JsonTranscoder"/>.</remarks>
public sealed class JsonFrames : IDisposable
{
    private readonly JsonTranscoder _transcoder = new(FrameLimits.MaxFrameDepth);

    /// <summary>Translates a received message.</summary>
    /// <param name="json">The text of a WebSocket message.</param>
    /// <param name="frames">Gets the frames, for a <see cref="FrameReader"/>.</param>
    /// <returns>
    /// <see cref="JsonTranscodeStatus.Success"/>, or why the text could be translated only in part. What is in front of the
    /// fault has been written, and is to be handled before <see cref="ErrorCode.Malformed"/> is answered: as with a
    /// MessagePack message whose end is no frame.
    /// </returns>
    public JsonTranscodeStatus ToMessagePack(ReadOnlySpan<byte> json, IBufferWriter<byte> frames)
    {
        while (true)
        {
            var status = _transcoder.ToMessagePack(json, frames, out var consumed);
            if (status == JsonTranscodeStatus.Empty)
                return JsonTranscodeStatus.Success;
            if (status != JsonTranscodeStatus.Success)
                return status;
            json = json[consumed..];
        }
    }

    /// <summary>Translates frames that are to be sent; a line feed goes between two of them.</summary>
    /// <param name="frames">Complete frames, one after the other.</param>
    /// <param name="json">Gets the text.</param>
    /// <returns><see cref="JsonTranscodeStatus.Success"/>, unless <paramref name="frames"/> is not well-formed.</returns>
    public JsonTranscodeStatus ToJson(ReadOnlySpan<byte> frames, IBufferWriter<byte> json)
    {
        ArgumentNullException.ThrowIfNull(json);
        while (true)
        {
            var status = _transcoder.ToJson(frames, json, out var consumed);
            if (status != JsonTranscodeStatus.Success)
                return status == JsonTranscodeStatus.Empty ? JsonTranscodeStatus.Success : status;
            frames = frames[consumed..];
            if (!frames.IsEmpty)
                json.Write("\n"u8);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _transcoder.Dispose();
}
