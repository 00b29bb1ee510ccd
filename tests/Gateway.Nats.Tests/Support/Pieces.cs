using System.Buffers;

namespace Gateway.Nats.Tests.Support;

/// <summary>The same bytes in several segments.</summary>
internal static class Pieces
{
    public static ReadOnlySequence<byte> Whole(byte[] bytes) => new(bytes);

    public static ReadOnlySequence<byte> Split(byte[] bytes, int at) => Join([bytes.AsMemory(0, at), bytes.AsMemory(at)]);

    public static ReadOnlySequence<byte> OneByOne(byte[] bytes) => Join(Enumerable.Range(0, bytes.Length).Select(i => (ReadOnlyMemory<byte>)bytes.AsMemory(i, 1)));

    public static ReadOnlySequence<byte> Join(IEnumerable<ReadOnlyMemory<byte>> pieces)
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
