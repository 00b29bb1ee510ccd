using System.Buffers;
using System.IO.Compression;
using Gateway.Protocol.Tests.WebSockets.Conformance;
using Gateway.Protocol.WebSockets;

namespace Gateway.Protocol.Tests.WebSockets;

/// <summary>In steady state reading and writing allocate nothing. A failure here is a regression of the hot path, not a flaky test.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 200;

    private readonly byte[] _out = new byte[256 * 1024];

    public static TheoryData<string> Kinds() => ["small text", "64 KiB binary", "200 KiB binary", "fragmented", "compressed", "compressed and fragmented", "control"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_and_echo_whole(string kind) => AssertNoAllocation(Frames(kind), int.MaxValue);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_and_echo_in_pieces(string kind) => AssertNoAllocation(Frames(kind), 1000);

    private static byte[] Frames(string kind)
    {
        var prose = ClientFrames.Utf8(string.Concat(Enumerable.Range(0, 500).Select(i => $"{{\"id\":{i},\"name\":\"event\"}}")));
        var compressed = ClientFrames.Deflated(prose, CompressionLevel.Fastest);
        return kind switch
        {
            "small text" => ClientFrames.Text("Hello, wörld"),
            "64 KiB binary" => ClientFrames.Binary(ClientFrames.Pattern(65536)),
            "200 KiB binary" => ClientFrames.Binary(ClientFrames.Pattern(200 * 1024)),
            "fragmented" => ClientFrames.Join(
                ClientFrames.Frame(ClientFrames.TextFrame, prose, fin: false),
                ClientFrames.Ping("between"),
                ClientFrames.Frame(ClientFrames.Continuation, prose)),
            "compressed" => ClientFrames.Frame(ClientFrames.TextFrame, compressed, rsv: ClientFrames.Rsv1),
            "compressed and fragmented" => ClientFrames.Join(
                ClientFrames.Frame(ClientFrames.TextFrame, compressed[..100], fin: false, rsv: ClientFrames.Rsv1),
                ClientFrames.Frame(ClientFrames.Continuation, compressed[100..])),
            _ => ClientFrames.Join(ClientFrames.Ping("payload"), ClientFrames.Pong()),
        };
    }

    private void AssertNoAllocation(byte[] frames, int chunkBytes)
    {
        using var scratch = new ReceiveScratch();
        var reader = new MessageReader(new MessageReaderOptions(), deflate: true);
        var found = 0;
        for (var i = 0; i < 20; i++)
            found += Echo(ref reader, scratch, frames, chunkBytes);
        Assert.True(found >= 20);

        // A collection that other tests cause takes what is left of this thread's allocation window and counts it as used; an allocation of
        // ours would show in every attempt.
        var allocated = long.MaxValue;
        for (var attempt = 0; attempt < 5 && allocated > 0; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Rounds; i++)
                Echo(ref reader, scratch, frames, chunkBytes);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, allocated);
    }

    private int Echo(ref MessageReader reader, ReceiveScratch scratch, byte[] frames, int chunkBytes)
    {
        var found = 0;
        for (int start = 0, end = 0; end < frames.Length;)
        {
            end = (int)Math.Min((long)end + chunkBytes, frames.Length);
            var input = new ReadOnlySequence<byte>(frames, start, end - start);
            MessageReadStatus status;
            while ((status = reader.Read(ref input, scratch, out var message)) != MessageReadStatus.NeedMore)
            {
                found++;
                var opcode = status == MessageReadStatus.Ping ? Opcode.Pong : message.Opcode;
                var header = FrameWriter.WriteHeader(_out, opcode, message.Payload.Length);
                message.Payload.CopyTo(_out.AsSpan(header));
            }

            start = end - (int)input.Length;
        }

        return found;
    }
}
