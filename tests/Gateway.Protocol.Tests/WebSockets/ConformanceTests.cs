using System.Buffers;
using Gateway.Protocol.Tests.WebSockets.Conformance;

namespace Gateway.Protocol.Tests.WebSockets;

/// <summary>Replays the table against the reader, with the bytes cut up in every way.</summary>
public sealed class ConformanceTests
{
    /// <summary>Longer rows are split near their ends and at 64 places between, or their time would grow with the square of the length.</summary>
    private const int SplitEverywhereBytes = 600;

    public static TheoryData<string> Rows() => [.. ConformanceCases.All.Select(row => row.ToString())];

    [Fact]
    public void Table_is_large_and_its_names_are_unique()
    {
        Assert.True(ConformanceCases.All.Count + HandshakeCases.All.Count >= 170);
        Assert.Equal(ConformanceCases.All.Count, ConformanceCases.All.Select(row => row.ToString()).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(HandshakeCases.All.Count, HandshakeCases.All.Select(row => row.ToString()).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Whole(string name) =>
        Check(ConformanceCases.Named(name), "whole", (endpoint, bytes) => endpoint.Receive(new ReadOnlySequence<byte>(bytes)));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Split_at_every_offset(string name)
    {
        var row = ConformanceCases.Named(name);
        foreach (var at in Offsets(row.ClientBytes.Length))
        {
            Check(row, $"two segments, {at}", (endpoint, bytes) => endpoint.Receive(Chunks.Split(bytes, at)));
            var first = true;
            Check(row, $"two calls, {at}", (endpoint, bytes) => endpoint.ReceiveInPieces(bytes, () =>
            {
                var size = first ? Math.Max(at, 1) : int.MaxValue;
                first = false;
                return size;
            }));
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void One_byte_at_a_time(string name)
    {
        var row = ConformanceCases.Named(name);
        Check(row, "one byte a call", (endpoint, bytes) => endpoint.ReceiveInPieces(bytes, () => 1));
        if (row.ClientBytes.Length <= 150_000)
            Check(row, "one byte a segment", (endpoint, bytes) => endpoint.Receive(Chunks.OneByOne(bytes)));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Through_a_small_scratch(string name)
    {
        var row = ConformanceCases.Named(name);
        using var endpoint = new EchoEndpoint(row.Deflate, scratchBytes: 256);
        endpoint.Receive(new ReadOnlySequence<byte>(row.ClientBytes));
        AssertReaction(row, endpoint, "a scratch of 256 bytes");
    }

    private static IEnumerable<int> Offsets(int length)
    {
        if (length <= SplitEverywhereBytes)
            return Enumerable.Range(0, length + 1);
        var step = Math.Max(1, length / (length > 1 << 17 ? 8 : 64));
        return Enumerable.Range(0, 20)
            .Concat(Enumerable.Range(1, length / step).Select(i => Math.Min(i * step, length)))
            .Concat(Enumerable.Range(length - 3, 4))
            .Distinct();
    }

    private static void Check(ConformanceCase row, string how, Action<EchoEndpoint, ReadOnlyMemory<byte>> feed)
    {
        using var endpoint = new EchoEndpoint(row.Deflate);
        feed(endpoint, row.ClientBytes);
        AssertReaction(row, endpoint, how);
    }

    private static void AssertReaction(ConformanceCase row, EchoEndpoint endpoint, string how)
    {
        var reaction = endpoint.Reaction;
        var same = reaction.CloseCode == row.Expected.CloseCode
            && reaction.Frames.Count == row.Expected.Frames.Count
            && reaction.Frames.Zip(row.Expected.Frames).All(pair => pair.First.Opcode == pair.Second.Opcode && pair.First.Payload.AsSpan().SequenceEqual(pair.Second.Payload));
        Assert.True(same, $"{row} ({how}): expected {row.Expected}, got {reaction} {endpoint.Violation}");
        if (reaction.CloseCode is not null || !endpoint.IsMidMessage)
            Assert.Equal(0, endpoint.HeldBytes);
    }
}
