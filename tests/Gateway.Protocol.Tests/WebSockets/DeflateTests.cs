using System.Buffers;
using System.IO.Compression;
using Gateway.Protocol.Tests.WebSockets.Conformance;
using Gateway.Protocol.WebSockets;

namespace Gateway.Protocol.Tests.WebSockets;

/// <summary>Our inflater against zlib, through the reader.</summary>
public sealed class DeflateTests
{
    [Fact]
    public void Deflater_output_is_read_back()
    {
        using var deflater = new Deflater();
        using var endpoint = new EchoEndpoint(deflate: true);
        var random = new Random(3);
        var messages = Enumerable.Range(0, 200).Select(i => Sample(random, i)).Prepend([]).ToList();
        foreach (var message in messages)
        {
            var payload = deflater.Deflate(message).ToArray();
            endpoint.Receive(new ReadOnlySequence<byte>(ClientFrames.Frame(ClientFrames.BinaryFrame, payload, rsv: ClientFrames.Rsv1)));
        }

        Assert.Null(endpoint.Reaction.CloseCode);
        Assert.Equal(messages, endpoint.Reaction.Frames.Select(frame => frame.Payload));
    }

    [Fact]
    public void Deflater_makes_the_same_of_the_same_message()
    {
        using var deflater = new Deflater();
        var first = deflater.Deflate("the same, the same, the same"u8).ToArray();
        deflater.Deflate(new byte[600_000]);
        Assert.Equal(first, deflater.Deflate("the same, the same, the same"u8).ToArray());
        Assert.True(first.Length < 28);
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void Random_data_of_every_texture_is_inflated(CompressionLevel level)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        using var endpoint = new EchoEndpoint(deflate: true);
        for (var i = 0; i < 150; i++)
        {
            var message = Sample(random, i);
            var frame = ClientFrames.Frame(ClientFrames.BinaryFrame, ClientFrames.Deflated(message, level), rsv: ClientFrames.Rsv1);
            endpoint.ReceiveInPieces(frame, () => random.Next(1, frame.Length + 1));
            Assert.True(
                endpoint.Reaction.CloseCode is null && endpoint.Reaction.Frames[^1].Payload.AsSpan().SequenceEqual(message),
                $"seed {seed}, message {i}, {endpoint.Violation}");
        }
    }

    /// <summary>Where zlib can inflate a damaged stream we get the same octets; where it cannot, we refuse.</summary>
    [Fact]
    public void Damaged_streams_are_judged_as_zlib_does()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var accepted = 0;
        var refused = 0;
        for (var i = 0; i < 6000; i++)
        {
            var compressed = ClientFrames.Deflated(Sample(random, i, 400), (CompressionLevel)random.Next(4));
            for (var damage = random.Next(1, 4); damage > 0; damage--)
                compressed[random.Next(compressed.Length)] ^= (byte)(1 << random.Next(8));

            using var endpoint = new EchoEndpoint(deflate: true);
            endpoint.Receive(new ReadOnlySequence<byte>(ClientFrames.Frame(ClientFrames.BinaryFrame, compressed, rsv: ClientFrames.Rsv1)));
            var expected = ZlibInflate(compressed);
            if (endpoint.Violation == FrameViolation.None)
            {
                accepted++;
                var payload = endpoint.Reaction.Frames[0].Payload.AsSpan();

                // After a final block zlib stops, and we go on (RFC 7692 7.2.3.4): what damage has made final may have a whole stream behind it.
                Assert.True(
                    expected is not null && payload.StartsWith(expected) && (payload.Length == expected.Length || !EndsBetweenBlocks(compressed)), Failure("accepted", seed, i, compressed));
            }
            else if (endpoint.Violation == FrameViolation.DeflateCorrupt)
            {
                refused++;

                // zlib says nothing about a stream that stops anywhere; we want it to stop between two blocks.
                Assert.True(expected is null || !EndsBetweenBlocks(compressed), Failure("refused", seed, i, compressed));
            }
        }

        Assert.True(accepted > 500 && refused > 500, $"{accepted} accepted, {refused} refused, seed {seed}");
    }

    private static string Failure(string what, int seed, int round, byte[] compressed) =>
        $"{what}; seed {seed}, round {round}: {Convert.ToHexString(compressed)}";

    /// <summary>
    /// Puts the tail and a stored block "!" behind the stream: zlib finds that block only if the stream's end is that of a block. Twice,
    /// with a final and with another block, as the first bit could also end the last code of a block that is still open.
    /// </summary>
    private static bool EndsBetweenBlocks(byte[] compressed)
    {
        var length = ZlibInflate(compressed)?.Length;
        return Finds(0x00) && Finds(0x01);

        bool Finds(byte header)
        {
            byte[] probe = [.. compressed, 0, 0, 0xFF, 0xFF, header, 0x01, 0x00, 0xFE, 0xFF, 0x21];
            return ZlibInflate(probe, append: false) is [.., 0x21] found && found.Length == length + 1;
        }
    }

    private static byte[]? ZlibInflate(byte[] compressed, bool append = true)
    {
        byte[] input = append ? [.. compressed, 0, 0, 0xFF, 0xFF] : compressed;
        using var stream = new DeflateStream(new MemoryStream(input), CompressionMode.Decompress);
        using var output = new MemoryStream();
        try
        {
            stream.CopyTo(output);
            return output.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Noise, runs, text, and mixtures that make long matches and long codes.</summary>
    private static byte[] Sample(Random random, int kind, int maxLength = 70_000)
    {
        var bytes = new byte[random.Next(1, random.Next(2) == 0 ? Math.Min(300, maxLength) : maxLength)];
        switch (kind % 5)
        {
            case 0:
                random.NextBytes(bytes);
                break;
            case 1:
                bytes.AsSpan().Fill((byte)random.Next(256));
                break;
            case 2:
                for (var i = 0; i < bytes.Length; i++)
                    bytes[i] = (byte)"etaoin shrdlu,.{}\":0123"[random.Next(23)];
                break;
            case 3:
                // Probabilities that halve: the longest codes DEFLATE has.
                for (var i = 0; i < bytes.Length; i++)
                    bytes[i] = (byte)System.Numerics.BitOperations.TrailingZeroCount(random.Next() | (1 << 30));
                break;
            default:
                for (var i = 0; i < bytes.Length;)
                {
                    var length = Math.Min(random.Next(1, 400), bytes.Length - i);
                    if (i > 0 && random.Next(2) == 0)
                    {
                        var distance = random.Next(1, Math.Min(i, 32768) + 1);
                        for (var j = 0; j < length; j++)
                            bytes[i + j] = bytes[i + j - distance];
                    }
                    else
                    {
                        random.NextBytes(bytes.AsSpan(i, length));
                    }

                    i += length;
                }

                break;
        }

        return bytes;
    }
}
