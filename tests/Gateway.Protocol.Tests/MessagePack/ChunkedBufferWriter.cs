using System.Buffers;

namespace Gateway.Protocol.Tests.MessagePack;

/// <summary>Gives exactly the room asked for, and forgets what was not advanced over, as its contract allows.</summary>
internal sealed class ChunkedBufferWriter(int surplus) : IBufferWriter<byte>
{
    private readonly List<byte> _written = [];
    private byte[] _chunk = [];

    public void Advance(int count)
    {
        Assert.InRange(count, 0, _chunk.Length);
        _written.AddRange(_chunk.AsSpan(0, count));
        _chunk = [];
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _chunk = new byte[Math.Max(1, sizeHint) + surplus];

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public byte[] ToArray() => [.. _written];
}
