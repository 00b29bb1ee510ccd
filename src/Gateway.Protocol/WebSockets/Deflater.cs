using System.IO.Compression;

namespace Gateway.Protocol.WebSockets;

/// <summary>
/// Compresses messages for permessage-deflate (RFC 7692 7.2.1) without context takeover: the result depends on the message alone, so it is
/// made once and sent to all who agreed on the extension, in a frame with RSV1.
/// </summary>
/// <remarks>
/// Owned by one thread. Each message starts a new zlib stream, as DeflateStream cannot be reset: some 250 KiB of native memory for the time
/// of the call, so compressing pays for long messages or many recipients.
/// </remarks>
public sealed class Deflater : IDisposable
{
    /// <summary>A buffer above this is given up after the message.</summary>
    private const int RetainedBytes = 256 * 1024;

    private static ReadOnlySpan<byte> Tail => [0x00, 0x00, 0xFF, 0xFF];

    private readonly CompressionLevel _level;
    private MemoryStream _output = new();

    /// <summary>Makes a deflater.</summary>
    /// <param name="level">Default Fastest: a gateway compresses while others wait.</param>
    public Deflater(CompressionLevel level = CompressionLevel.Fastest) => _level = level;

    /// <summary>Compresses one message.</summary>
    /// <returns>The payload of the frame, valid until the next call. It can be longer than the message; then send that as it is.</returns>
    public ReadOnlySpan<byte> Deflate(ReadOnlySpan<byte> message)
    {
        // 7.2.3.6: an empty message is one octet, the header of an empty block.
        if (message.IsEmpty)
            return [0x00];

        if (_output.Capacity > RetainedBytes)
        {
            _output.Dispose();
            _output = new MemoryStream();
        }

        _output.SetLength(0);
        var end = 0;
        using (var stream = new DeflateStream(_output, _level, leaveOpen: true))
        {
            stream.Write(message);
            stream.Flush(); // a sync flush: ends the block and adds an empty stored one
            end = (int)_output.Length; // what Dispose writes behind it is not part of the message
        }

        var compressed = _output.GetBuffer().AsSpan(0, end);
        return compressed.EndsWith(Tail) ? compressed[..^Tail.Length] : ThrowNoTail();
    }

    /// <inheritdoc/>
    public void Dispose() => _output.Dispose();

    private static ReadOnlySpan<byte> ThrowNoTail() =>
        throw new InvalidOperationException("The compressor did not end a flush with an empty stored block.");
}
