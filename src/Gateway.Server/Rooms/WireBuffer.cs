using System.Buffers;
using System.Diagnostics;

namespace Gateway.Server.Rooms;

/// <summary>
/// Bytes that are ready for the wire, WebSocket header included, shared by all who send them. Pooled and counted.
/// </summary>
/// <remarks>
/// Whoever holds a reference returns it with <see cref="Release"/>; the last one gives array and object back. The bytes do not change
/// after the maker has handed the buffer on. Count and pool are touched by any thread.
/// Hot path: no allocation while the pool has objects.
/// </remarks>
internal sealed class WireBuffer
{
    private static readonly BoundedPool<WireBuffer> Pool = new(static () => new WireBuffer(), 8192);

    private byte[] _array = [];
    private int _start;
    private int _end;
    private int _references;

    /// <summary>Buffers in use, over the process; a test waits for it to come back to what it was.</summary>
    public static long RentedCount => Pool.RentedCount;

    public ReadOnlyMemory<byte> Memory => _array.AsMemory(_start, _end - _start);

    public ReadOnlySpan<byte> Span => _array.AsSpan(_start, _end - _start);

    public int Length => _end - _start;

    /// <summary>A buffer with room for at least <paramref name="capacityBytes"/>, with one reference, the caller's.</summary>
    public static WireBuffer Rent(int capacityBytes)
    {
        var buffer = Pool.Rent();
        buffer._array = ArrayPool<byte>.Shared.Rent(capacityBytes);
        buffer._start = buffer._end = 0;
        buffer._references = 1;
        return buffer;
    }

    /// <summary>The whole array, for the maker to write into before <see cref="SetRange"/>.</summary>
    public Span<byte> Writable => _array;

    /// <summary>Says which part of the array is to be sent.</summary>
    public void SetRange(int start, int end)
    {
        Debug.Assert(start >= 0 && start <= end && end <= _array.Length, "The range lies within the array.");
        _start = start;
        _end = end;
    }

    public void Retain()
    {
        var references = Interlocked.Increment(ref _references);
        Debug.Assert(references > 1, "A buffer was used after its last reference had been released.");
    }

    public void Release()
    {
        var references = Interlocked.Decrement(ref _references);
        Debug.Assert(references >= 0, "A buffer was released once too often.");
        if (references == 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
            _array = [];
            Pool.Return(this);
        }
    }
}
