using Gateway.Server.Cluster;

namespace Gateway.Cluster.Tests.Nats;

public sealed class BeatCodecTests(ITestOutputHelper output)
{
    // What nodes of the first release send: without an address for clients.
    private const string FirstRelease = "9801A9676174657761792D31CF0006608B015F307B0702CFFEDCBA987654321000940001CCFFCF000001A1EE565E00";

    private static readonly Beat Sample = new(new NodeId("gateway-1", 1_795_000_000_000_123), 7, MemberState.Alive, 0xFEDCBA9876543210, 0, [new(0, 1), new(255, 1_795_000_000_000)]);

    /// <summary>Nodes of several versions meet during a rolling update: when this fails, append a field instead, or count up the version and accept that they do not see each other.</summary>
    [Fact]
    public void Encode_aBeat_isFrozen() =>
        Assert.Equal(
            "9901A9676174657761792D31CF0006608B015F307B0702CFFEDCBA987654321000940001CCFFCF000001A1EE565E00C0",
            Convert.ToHexString(BeatCodec.Encode(Sample)));

    [Fact]
    public void Decode_whatWasEncoded_isTheSame()
    {
        Assert.True(BeatCodec.TryDecode(BeatCodec.Encode(Sample), out var beat));

        Assert.Equal(Sample with { Shards = beat!.Shards }, beat);
        Assert.Equal(Sample.Shards, beat.Shards);
    }

    [Fact]
    public void Decode_withAnAddress_isTheSame()
    {
        Assert.True(BeatCodec.TryDecode(BeatCodec.Encode(Sample with { PublicUrl = "wss://n1.example.com/ws" }), out var beat));

        Assert.Equal("wss://n1.example.com/ws", beat!.PublicUrl);
        Assert.Equal(Sample.Shards, beat.Shards);
    }

    [Fact]
    public void Decode_ofTheFirstRelease_hasNoAddress()
    {
        Assert.True(BeatCodec.TryDecode(Convert.FromHexString(FirstRelease), out var beat));

        Assert.Equal(Sample with { Shards = beat!.Shards }, beat);
    }

    [Fact]
    public void Decode_ofTooLongAnAddress_isNoBeat() =>
        Assert.False(BeatCodec.TryDecode(BeatCodec.Encode(Sample with { PublicUrl = new string('x', BeatCodec.MaxUrlBytes + 1) }), out _));

    [Fact]
    public void Decode_cutAnywhere_isNoBeat()
    {
        var bytes = BeatCodec.Encode(Sample);
        for (var length = 0; length < bytes.Length; length++)
            Assert.False(BeatCodec.TryDecode(bytes.AsSpan(0, length), out _));
    }

    [Fact]
    public void Decode_anyBytes_neverThrows()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var sample = BeatCodec.Encode(Sample);
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = sample.ToArray();
            for (var flips = random.Next(1, 6); flips > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (BeatCodec.TryDecode(bytes, out var beat))
                Assert.All(beat!.Shards, shard => Assert.InRange(shard.Shard, 0, ILeases.ShardCount - 1));
        }
    }

    [Theory]
    [InlineData("name/12", "name", 12)]
    [InlineData("a/b/3", "a/b", 3)]
    public void NodeId_asText_comesBack(string text, string name, long incarnation)
    {
        Assert.True(NodeId.TryParse(text, out var id));
        Assert.Equal(new NodeId(name, incarnation), id);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/1")]
    [InlineData("a/")]
    [InlineData("a/-1")]
    [InlineData("a/x")]
    public void NodeId_ofOtherText_isNone(string text) => Assert.False(NodeId.TryParse(text, out _));
}
