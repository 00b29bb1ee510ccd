using System.Buffers;

namespace Gateway.Protocol.WebSockets;

/// <summary>What all connections of an endpoint have in common when they read. Immutable; shared by any number of readers and threads.</summary>
public sealed class MessageReaderOptions
{
    /// <summary>The largest value that <see cref="MaxMessageBytes"/> takes: beyond it array sizes would overflow.</summary>
    public const int LargestMessageBytes = 1 << 30;

    /// <summary>
    /// Longest message in bytes, after inflation. Default 1 MiB: the largest frame of the gateway's protocol with room for a batch.
    /// Raising it raises what a single peer can make the server hold; a compressed message may occupy it twice.
    /// </summary>
    public int MaxMessageBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, LargestMessageBytes);
            field = value;
        }
    } = 1024 * 1024;

    /// <summary>
    /// Most frames of one message. Default 16,384: a message of 1 MiB in pieces of 64 bytes. It bounds what a flood of empty fragments,
    /// which never reach <see cref="MaxMessageBytes"/>, can cost.
    /// </summary>
    public int MaxFramesPerMessage
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 16 * 1024;

    /// <summary>True in a server: frames must be masked. False in a client: frames must not be (RFC 6455 5.1).</summary>
    public bool RequireMask { get; init; } = true;

    /// <summary>Where a connection in the middle of a message borrows its buffer. Default: the process's shared pool.</summary>
    public ArrayPool<byte> BufferPool { get; init; } = ArrayPool<byte>.Shared;

    /// <summary>
    /// Most payload octets of a compressed message. What cannot be compressed grows by DEFLATE's block headers (5 octets per stored block,
    /// of 8 KiB or more in any sensible sender), so 1/256 above the limit covers it.
    /// </summary>
    internal int MaxCompressedBytes => MaxMessageBytes + (MaxMessageBytes >> 8) + 64;
}
