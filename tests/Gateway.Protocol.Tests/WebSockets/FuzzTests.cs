using System.Buffers;
using Gateway.Protocol.Tests.WebSockets.Conformance;
using Gateway.Protocol.WebSockets;

namespace Gateway.Protocol.Tests.WebSockets;

/// <summary>
/// Random and mutated bytes in random pieces: never an exception, never no progress, never a buffer that does not come back or more memory
/// than the limits allow; and the outcome does not depend on how the bytes were cut. To repeat a failure put its seed into FixedSeed.
/// </summary>
public sealed class FuzzTests
{
    private const int FixedSeed = 0;
    private const int Max = 20_000;

    private readonly int _seed = FixedSeed == 0 ? Random.Shared.Next() : FixedSeed;

    [Fact]
    public void Random_bytes()
    {
        var random = new Random(_seed);
        for (var round = 0; round < 4000; round++)
        {
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            Run(bytes, deflate: random.Next(2) == 0, random, round);
        }
    }

    [Fact]
    public void Mutated_conversations()
    {
        var random = new Random(_seed);
        var corpus = ConformanceCases.All.Where(row => row.ClientBytes.Length is > 0 and < 3000).ToArray();
        for (var round = 0; round < 8000; round++)
        {
            var row = corpus[random.Next(corpus.Length)];
            var bytes = ClientFrames.Join(row.ClientBytes, corpus[random.Next(corpus.Length)].ClientBytes).ToList();
            for (var count = random.Next(0, 6); count > 0 && bytes.Count > 1; count--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes[at] ^= (byte)(1 << random.Next(8));
                        break;
                    case 2:
                        bytes.RemoveAt(at);
                        break;
                    default:
                        bytes.Insert(at, (byte)random.Next(256));
                        break;
                }
            }

            Run([.. bytes], row.Deflate, random, round);
        }
    }

    [Fact]
    public void Mutated_handshakes()
    {
        var random = new Random(_seed);
        var limits = new HandshakeLimits { Paths = [HandshakeCases.Path] };
        var corpus = HandshakeCases.All.Where(row => row.Request.Length is > 0 and < 1000).ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = System.Text.Encoding.Latin1.GetBytes(corpus[random.Next(corpus.Length)].Request);
            for (var count = random.Next(1, 5); count > 0; count--)
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)"\r\n:, ;=\0"[random.Next(8)] : (byte)random.Next(256);

            try
            {
                var whole = HandshakeParser.TryParse(new ReadOnlySequence<byte>(bytes), limits, out var request, out var rejection, out _);
                var split = HandshakeParser.TryParse(Chunks.Split(bytes, random.Next(bytes.Length)), limits, out _, out var again, out _);
                var early = HandshakeParser.TryParse(new ReadOnlySequence<byte>(bytes, 0, random.Next(bytes.Length)), limits, out _, out _, out _);
                Assert.Equal((whole, rejection), (split, again));
                Assert.True(early == HandshakeStatus.NeedMore || early == whole, $"{early} of a part, {whole} of all");
                if (request is not null)
                    HandshakeResponse.Write(new ArrayBufferWriter<byte>(), request.SecWebSocketKey, null, request.AcceptableDeflate);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {_seed}, round {round}: {Convert.ToHexString(bytes)}", exception);
            }
        }
    }

    private void Run(byte[] bytes, bool deflate, Random random, int round)
    {
        try
        {
            var whole = React(bytes, deflate, (endpoint, all) => endpoint.Receive(new ReadOnlySequence<byte>(all)));
            var pieces = React(bytes, deflate, (endpoint, all) => endpoint.ReceiveInPieces(all, () => random.Next(1, random.Next(2, 200))));
            Assert.Equal(whole.ToString(), pieces.ToString());
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"seed {_seed}, round {round}, deflate {deflate}: {Convert.ToHexString(bytes)}", exception);
        }
    }

    private static Reaction React(byte[] bytes, bool deflate, Action<EchoEndpoint, byte[]> feed)
    {
        var pool = new CountingPool();
        var options = new MessageReaderOptions { MaxMessageBytes = Max, MaxFramesPerMessage = 10, BufferPool = pool };
        Reaction reaction;
        using (var endpoint = new EchoEndpoint(deflate, options, scratchBytes: 1024))
        {
            feed(endpoint, bytes);
            reaction = endpoint.Reaction;

            // The inflater's buffer may double while the old one is still there; the reader's too.
            Assert.InRange(pool.PeakBytes, 0, 3 * Max);
            Assert.InRange(endpoint.Pool.PeakBytes, 0, 3 * Max);
        }

        Assert.Equal(0, pool.OutCount);
        return reaction;
    }
}
