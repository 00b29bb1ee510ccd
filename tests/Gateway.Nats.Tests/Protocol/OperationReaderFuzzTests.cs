using System.Buffers;
using System.Text;
using Gateway.Nats.Protocol;
using Gateway.Nats.Tests.Support;

namespace Gateway.Nats.Tests.Protocol;

/// <summary>
/// Random and damaged bytes in random pieces: never an exception, never no progress, and the outcome does not depend on how the bytes were cut. To repeat a
/// failure put its seed into FixedSeed.
/// </summary>
public sealed class OperationReaderFuzzTests
{
    private const int FixedSeed = 0;

    private static readonly string[] Sentences =
    [
        "PING\r\n", "PONG\r\n", "+OK\r\n", "-ERR 'x'\r\n", "INFO {\"max_payload\":1}\r\n", "MSG a.b 12 5\r\nhello\r\n", "MSG a 1 r.x 2\r\n\r\n\r\n",
        "HMSG a 1 12 15\r\nNATS/1.0\r\n\r\nabc\r\n", "HMSG q 77 r 18 20\r\nNATS/1.0\r\nA: b\r\n\r\nxy\r\n",
    ];

    private readonly int _seed = FixedSeed == 0 ? Random.Shared.Next() : FixedSeed;

    [Fact]
    public void Random_bytes() => Run(20_000, random =>
    {
        var bytes = new byte[random.Next(1, 80)];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)"MSGHPINOK+-ERR 0123456789abc.\r\n\t'{}"[random.Next(35)];
        return bytes;
    });

    [Fact]
    public void Damaged_conversations() => Run(20_000, random =>
    {
        var text = string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => Sentences[random.Next(Sentences.Length)]));
        var bytes = Encoding.ASCII.GetBytes(text);
        for (var i = random.Next(4); i > 0; i--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes[..random.Next(1, bytes.Length + 1)];
    });

    private void Run(int rounds, Func<Random, byte[]> make)
    {
        var random = new Random(_seed);
        for (var round = 0; round < rounds; round++)
        {
            var bytes = make(random);
            var limits = new ProtocolLimits(random.Next(4, 60), random.Next(0, 60));
            try
            {
                var whole = OperationText.Read(Pieces.Whole(bytes), limits);
                Assert.Equal(whole, OperationText.Read(Pieces.Join(Cut(bytes, random)), limits));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {_seed}, round {round}, {Convert.ToHexString(bytes)}, {limits}", exception);
            }
        }
    }

    private static List<ReadOnlyMemory<byte>> Cut(byte[] bytes, Random random)
    {
        var pieces = new List<ReadOnlyMemory<byte>>();
        for (var start = 0; start < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, 12), bytes.Length - start);
            pieces.Add(bytes.AsMemory(start, length));
            start += length;
        }

        return pieces;
    }
}
