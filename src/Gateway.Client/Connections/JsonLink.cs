using System.Buffers;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Client.Connections;

/// <summary>Frames as JSON text, for a connection under <c>gateway.v1.json</c>. One part belongs to the send loop, the other to the receive loop.</summary>
internal sealed class JsonLink : IDisposable
{
    private readonly JsonFrames _outgoing = new();
    private readonly JsonFrames _incoming = new();
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly ArrayBufferWriter<byte> _frames = new();

    /// <summary>The text of frames that the client has written; good until the next call.</summary>
    public ReadOnlyMemory<byte> ToJson(ReadOnlySpan<byte> frames)
    {
        _text.ResetWrittenCount();
        var status = _outgoing.ToJson(frames, _text);
        return status == JsonTranscodeStatus.Success
            ? _text.WrittenMemory
            : throw new InvalidOperationException($"The client wrote frames that have no JSON: {status}.");
    }

    /// <summary>The frames of a received text; good until the next call. False when it is not what the protocol promises.</summary>
    public bool TryToFrames(ReadOnlySpan<byte> text, out ReadOnlyMemory<byte> frames)
    {
        _frames.ResetWrittenCount();
        var status = _incoming.ToMessagePack(text, _frames);
        frames = _frames.WrittenMemory;
        return status == JsonTranscodeStatus.Success;
    }

    public void Dispose()
    {
        _outgoing.Dispose();
        _incoming.Dispose();
    }
}
