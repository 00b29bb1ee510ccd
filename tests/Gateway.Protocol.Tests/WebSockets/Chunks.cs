using System.Buffers;

namespace Gateway.Protocol.Tests.WebSockets;

/// <summary>Sequences of several segments.</summary>
internal static class Chunks
{
    public static ReadOnlySequence<byte> Sequence(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        Segment? first = null;
        Segment? last = null;
        foreach (var piece in pieces)
        {
            last = new Segment(piece, last);
            first ??= last;
        }

        return first is null ? default : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    public static ReadOnlySequence<byte> Split(ReadOnlyMemory<byte> bytes, int at) => Sequence([bytes[..at], bytes[at..]]);

    public static ReadOnlySequence<byte> OneByOne(ReadOnlyMemory<byte> bytes) =>
        Sequence(Enumerable.Range(0, bytes.Length).Select(i => bytes.Slice(i, 1)));

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
