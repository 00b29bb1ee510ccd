using System.Buffers;

namespace Gateway.Protocol.WebSockets;

/// <summary>
/// What a lane needs to read, shared by all its connections one after the other, so that a connection between two messages holds nothing:
/// the buffer that whole frames are unmasked into, the inflater, and the last long message until it has been looked at.
/// </summary>
/// <remarks>Owned by one thread; no concurrency. The lane disposes it after its connections.</remarks>
public sealed class ReceiveScratch : IDisposable
{
    /// <summary>Default size of the unmasking buffer.</summary>
    public const int DefaultBufferBytes = 64 * 1024;

    private readonly byte[] _buffer;
    private readonly ArrayPool<byte> _pool;
    private Inflater? _inflater;
    private byte[]? _lent;
    private ArrayPool<byte>? _lentPool;

    /// <summary>Makes a scratch.</summary>
    /// <param name="pool">Where inflated messages are put; default the process's shared pool.</param>
    /// <param name="bufferBytes">
    /// Frames up to this size that arrived whole are unmasked without borrowing. Default 64 KiB, so that it stays in a core's L2 cache.
    /// </param>
    public ReceiveScratch(ArrayPool<byte>? pool = null, int bufferBytes = DefaultBufferBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferBytes, 256);
        _pool = pool ?? ArrayPool<byte>.Shared;
        _buffer = GC.AllocateUninitializedArray<byte>(bufferBytes);
    }

    /// <summary>Longest payload that fits, with room for the tail that the inflater wants behind it.</summary>
    internal int Capacity => _buffer.Length - Inflater.TailBytes;

    internal Span<byte> Buffer => _buffer;

    internal Inflater Inflater => _inflater ??= new Inflater(_pool);

    /// <summary>
    /// Takes over a connection's buffer whose message is about to be returned: the connection is done with it, but its reader is not.
    /// </summary>
    internal void Keep(byte[] buffer, ArrayPool<byte> pool)
    {
        Recycle();
        _lent = buffer;
        _lentPool = pool;
    }

    /// <summary>The last message has been looked at: gives back what it held.</summary>
    internal void Recycle()
    {
        if (_lent is { } lent)
        {
            _lent = null;
            _lentPool!.Return(lent);
        }

        _inflater?.Trim();
    }

    /// <summary>Gives everything back. Messages read through this scratch become invalid.</summary>
    public void Dispose()
    {
        Recycle();
        _inflater?.Dispose();
        _inflater = null;
    }
}
