using System.Text;
using Gateway.Transcoding.Processes;

namespace Gateway.Transcoding.Tests.Processes;

public sealed class ProgressParserTests
{
    // As ffmpeg 5.1 wrote it.
    private const string Real = """
        frame=51
        fps=48.53
        stream_0_0_q=28.0
        bitrate=  95.2kbits/s
        total_size=24576
        out_time_us=2064399
        out_time_ms=2064399
        out_time=00:00:02.064399
        dup_frames=3
        drop_frames=1
        speed=1.97x
        progress=continue

        """;

    private const string RealEnd = """
        frame=100
        fps=0.00
        stream_0_0_q=-1.0
        bitrate=N/A
        total_size=N/A
        out_time_us=4000000
        out_time_ms=4000000
        out_time=00:00:04.000000
        dup_frames=0
        drop_frames=0
        speed= 139x
        progress=end

        """;

    private static readonly FfmpegProgress First = new()
    {
        Frame = 51,
        Fps = 48.53,
        Quality = 28,
        BitsPerSecond = 95_200,
        TotalBytes = 24_576,
        OutTime = TimeSpan.FromMicroseconds(2_064_399),
        DuplicatedFrames = 3,
        DroppedFrames = 1,
        Speed = 1.97,
    };

    private static readonly FfmpegProgress Second = new()
    {
        Frame = 100,
        Fps = 0,
        Quality = -1,
        OutTime = TimeSpan.FromSeconds(4),
        DuplicatedFrames = 0,
        DroppedFrames = 0,
        Speed = 139,
        IsEnd = true,
    };

    [Fact]
    public void TryRead_whole_input_reads_every_key_of_every_block() => Assert.Equal([First, Second], Parse([Real + RealEnd]));

    [Fact]
    public void TryRead_input_split_anywhere_reads_the_same()
    {
        var text = Real + RealEnd;
        for (var at = 0; at <= text.Length; at++)
            Assert.Equal([First, Second], Parse([text[..at], text[at..]]));
    }

    [Fact]
    public void TryRead_byte_by_byte_reads_the_same() =>
        Assert.Equal([First, Second], Parse([.. (Real + RealEnd).Select(static c => c.ToString())]));

    [Fact]
    public void TryRead_with_carriage_returns_reads_the_same() =>
        Assert.Equal([First, Second], Parse([(Real + RealEnd).Replace("\n", "\r\n", StringComparison.Ordinal)]));

    [Theory]
    [InlineData("out_time_us=N/A\nout_time_ms=N/A\nout_time=N/A", null)]
    [InlineData("out_time_us=-33000", 0L)]
    [InlineData("out_time=-00:00:00.033000", 0L)]
    [InlineData("out_time_ms=1500000", 1_500_000L)]
    [InlineData("out_time=00:00:01.500000", 1_500_000L)]
    [InlineData("out_time=123:59:59.000001", 446_399_000_001L)]
    [InlineData("out_time_us=1500000\nout_time_ms=9\nout_time=00:00:09.0", 1_500_000L)]
    [InlineData("out_time_us=9223372036854775807", null)]
    [InlineData("out_time_us=-9223372036854775808", 0L)]
    [InlineData("out_time=99999999999:00:00.0", null)]
    [InlineData("out_time=00:61:00.0", null)]
    [InlineData("out_time=00:0", null)]
    [InlineData("out_time=", null)]
    [InlineData("out_time=::", null)]
    public void TryRead_out_time_in_all_its_forms(string lines, long? microseconds)
    {
        var block = Assert.Single(Parse([lines + "\nprogress=continue\n"]));
        Assert.Equal(microseconds is { } value ? TimeSpan.FromMicroseconds(value) : null, block.OutTime);
    }

    [Theory]
    [InlineData("frame=-1")]
    [InlineData("frame=12abc")]
    [InlineData("frame=99999999999999999999")]
    [InlineData("fps=NaN")]
    [InlineData("fps=-5")]
    [InlineData("speed=N/A")]
    [InlineData("speed=3")]
    [InlineData("speed=Infinityx")]
    [InlineData("bitrate=-1.0kbits/s")]
    [InlineData("bitrate=12")]
    [InlineData("total_size=1.5")]
    [InlineData("=")]
    [InlineData("=5")]
    [InlineData("nonsense")]
    [InlineData("later_key=5")]
    [InlineData("")]
    public void TryRead_line_that_makes_no_sense_is_passed_over(string line) =>
        Assert.Equal([default], Parse([line + "\nprogress=continue\n"]));

    [Fact]
    public void TryRead_line_of_any_length_is_skipped_and_costs_nothing()
    {
        var parser = new ProgressParser();
        var noise = new byte[64 * 1024];
        Array.Fill(noise, (byte)'x');
        for (var piece = 0; piece < 64; piece++)
        {
            ReadOnlySpan<byte> input = noise;
            Assert.False(parser.TryRead(ref input, out _));
        }

        ReadOnlySpan<byte> rest = "\nframe=7\nprogress=end\n"u8;
        Assert.True(parser.TryRead(ref rest, out var progress));
        Assert.Equal(new FfmpegProgress { Frame = 7, IsEnd = true }, progress);
    }

    [Fact]
    public void TryRead_too_long_line_ending_a_block_does_not_end_it() =>
        Assert.Equal([new FfmpegProgress { Frame = 1, IsEnd = true }], Parse(["frame=1\n" + new string('x', 600) + "progress=continue\nprogress=end\n"]));

    [Fact]
    public void TryRead_random_bytes_never_throws()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var words = "frame= fps= out_time= out_time_us= speed= progress= continue end bitrate= kbits/s x : - . 1 9 N/A \n \n \r".Split(' ');
        for (var round = 0; round < 2000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => words[random.Next(words.Length)]));
            Parse([text]);
        }
    }

    [Fact]
    public void HasAdvancedFrom_any_growth_counts()
    {
        var before = new FfmpegProgress { Frame = 5, TotalBytes = 100, OutTime = TimeSpan.FromSeconds(1) };
        Assert.False(before.HasAdvancedFrom(before));
        Assert.False(default(FfmpegProgress).HasAdvancedFrom(default));
        Assert.True((before with { Frame = 6 }).HasAdvancedFrom(before));
        Assert.True((before with { TotalBytes = 101 }).HasAdvancedFrom(before));
        Assert.True((before with { OutTime = TimeSpan.FromSeconds(1.1) }).HasAdvancedFrom(before));
        Assert.True((before with { IsEnd = true }).HasAdvancedFrom(before));
        Assert.False((before with { Frame = 4, TotalBytes = null }).HasAdvancedFrom(before));
    }

    private static List<FfmpegProgress> Parse(IEnumerable<string> pieces)
    {
        var parser = new ProgressParser();
        var blocks = new List<FfmpegProgress>();
        foreach (var piece in pieces)
        {
            ReadOnlySpan<byte> input = Encoding.UTF8.GetBytes(piece);
            while (parser.TryRead(ref input, out var progress))
                blocks.Add(progress);

            Assert.True(input.IsEmpty);
        }

        return blocks;
    }
}
