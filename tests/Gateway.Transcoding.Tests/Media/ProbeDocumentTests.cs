using System.Text;
using Gateway.Transcoding.Media;

namespace Gateway.Transcoding.Tests.Media;

public sealed class ProbeDocumentTests
{
    [Theory]
    [InlineData("""{"side_data_type":"Display Matrix","rotation":-90}""", "{}", 90, 1080, 1920)]
    [InlineData("""{"side_data_type":"Display Matrix","rotation":90}""", "{}", 270, 1080, 1920)]
    [InlineData("""{"rotation":180}""", "{}", 180, 1920, 1080)]
    [InlineData("""{"rotation":-180}""", "{}", 180, 1920, 1080)]
    [InlineData("""{"rotation":"-89.6"}""", "{}", 90, 1080, 1920)]
    [InlineData("{}", """{"rotate":"90"}""", 90, 1080, 1920)]
    [InlineData("{}", """{"rotate":"-90"}""", 270, 1080, 1920)]
    [InlineData("{}", """{"rotate":"sideways"}""", 0, 1920, 1080)]
    [InlineData("{}", "{}", 0, 1920, 1080)]
    public void TryParse_rotation_turns_the_size(string sideData, string tags, int rotation, int width, int height)
    {
        var video = Parse($$"""
            {"streams":[{"index":3,"codec_type":"video","codec_name":"hevc","width":1920,"height":1080,"side_data_list":[{{sideData}}],"tags":{{tags}} }],
             "format":{"format_name":"mov"} }
            """)!.Video!;
        Assert.Equal((3, rotation, width, height), (video.Index, video.RotationDegrees, video.Width, video.Height));
    }

    [Fact]
    public void TryParse_pixel_aspect_widens_the_picture()
    {
        var video = Parse("""
            {"streams":[{"index":0,"codec_type":"video","codec_name":"dvvideo","width":720,"height":576,"sample_aspect_ratio":"16:15","avg_frame_rate":"25/1"}],
             "format":{"format_name":"avi"}}
            """)!.Video!;
        Assert.Equal((768, 576, 25.0), (video.Width, video.Height, video.FramesPerSecond));
    }

    [Fact]
    public void TryParse_cover_art_is_no_video()
    {
        var media = Parse("""
            {"streams":[
              {"index":0,"codec_type":"audio","codec_name":"mp3","channels":2,"sample_rate":"44100","duration":"3.5"},
              {"index":1,"codec_type":"video","codec_name":"png","width":500,"height":500,"disposition":{"attached_pic":1}}],
             "format":{"format_name":"mp3","duration":"3.5","size":"1234","bit_rate":"128000"}}
            """)!;
        Assert.Null(media.Video);
        Assert.Equal((0, "mp3", 2, 44100), (media.Audio!.Index, media.Audio.Codec, media.Audio.Channels, media.Audio.SampleRate));
        Assert.Equal((2, 1234L, 128000L, TimeSpan.FromSeconds(3.5)), (media.StreamCount, media.SizeBytes, media.BitsPerSecond, media.Duration));
    }

    [Theory]
    [InlineData("\"N/A\"")]
    [InlineData("\"-1\"")]
    [InlineData("\"1e300\"")]
    [InlineData("\"NaN\"")]
    [InlineData("null")]
    [InlineData("[]")]
    public void TryParse_duration_that_makes_no_sense_is_unknown(string duration) =>
        Assert.Null(Parse($$"""{"streams":[{}],"format":{"format_name":"x","duration":{{duration}} } }""")!.Duration);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"format":5}""")]
    [InlineData("""{"format":{"format_name":7}}""")]
    public void TryParse_what_is_no_report_is_null(string json) => Assert.Null(Parse(json));

    [Theory]
    [InlineData("""{"streams":[5,null,"x",[]],"format":{"format_name":"x"}}""")]
    [InlineData("""{"streams":[{"codec_type":"video","codec_name":"h264","width":"0","height":-5}],"format":{"format_name":"x"}}""")]
    [InlineData("""{"streams":[{"codec_type":"video","width":10,"height":10}],"format":{"format_name":"x"}}""")]
    [InlineData("""{"streams":{},"format":{"format_name":"x"}}""")]
    public void TryParse_odd_streams_are_no_video(string json) => Assert.Null(Parse(json)!.Video);

    private static MediaInfo? Parse(string json) => ProbeDocument.TryParse(Encoding.UTF8.GetBytes(json));
}
