using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Media;
using Gateway.Transcoding.Processes;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Transcoding.Tests.Workers;

/// <summary>Every preset on real files, its output looked at with ffprobe by the test itself.</summary>
public sealed class PresetTests(MediaFiles files) : IAsyncLifetime
{
    private readonly PoolHarness _harness = new();
    private readonly ToolHost _tools = new(new TranscodingOptions(), TimeProvider.System, NullLogger.Instance);

    public async ValueTask InitializeAsync() => await _harness.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _harness.DisposeAsync();
        _tools.Dispose();
    }

    [Theory]
    [InlineData("mp4-1080p", "h264", "aac", "video.mp4")]
    [InlineData("mp4-720p", "h264", "aac", "video.mp4")]
    [InlineData("mp4-480p", "h264", "aac", "video.mp4")]
    [InlineData("webm", "vp9", "opus", "video.webm")]
    [InlineData("audio", null, "aac", "audio.m4a")]
    [InlineData("gif", "gif", null, "clip.gif")]
    public async Task Clip_in_each_preset_has_its_codecs_size_and_length(string name, string? videoCodec, string? audioCodec, string fileName)
    {
        Assert.True(JobPreset.TryParse(name, out var preset));
        var job = _harness.Submit(files.Clip, preset);

        var result = await _harness.CompleteAsync(job);

        var media = await ProbeAsync(result.Main.Path);
        Assert.Equal((videoCodec, audioCodec), (media.Video?.Codec, media.Audio?.Codec));
        if (videoCodec is not null)
            Assert.Equal((160, 120), (media.Video!.Width, media.Video.Height));

        Assert.InRange(media.Duration!.Value.TotalSeconds, 1.9, 2.2);
        Assert.Equal(fileName, Path.GetFileName(result.Main.Path));
        Assert.Equal(preset.ContentType, result.Main.ContentType);
        Assert.Equal(new FileInfo(result.Main.Path).Length, result.Main.SizeBytes);
        Assert.Equal([result.Main], result.Outputs);
        AssertNothingElse(job, result);
    }

    [Theory]
    [InlineData("mp4-1080p", 1800, 1080)]
    [InlineData("mp4-720p", 1200, 720)]
    [InlineData("mp4-480p", 800, 480)]
    [InlineData("gif", 480, 288)]
    public async Task Large_picture_is_fitted_and_keeps_its_ratio(string name, int width, int height)
    {
        Assert.True(JobPreset.TryParse(name, out var preset));
        var media = await ProbeAsync((await _harness.CompleteAsync(_harness.Submit(files.Large, preset))).Main.Path);
        Assert.Equal((width, height), (media.Video!.Width, media.Video.Height));
    }

    [Fact]
    public async Task Rotated_clip_is_turned_upright()
    {
        var result = await _harness.CompleteAsync(_harness.Submit(files.Rotated));
        var media = await ProbeAsync(result.Main.Path);
        Assert.Equal((270, 120, 160), (result.Input.Video!.RotationDegrees, result.Input.Video.Width, result.Input.Video.Height));
        Assert.Equal((0, 120, 160, 120), (media.Video!.RotationDegrees, media.Video.Width, media.Video.Height, media.Video.CodedWidth));
    }

    [Theory]
    [InlineData("mp4-720p")]
    [InlineData("webm")]
    public async Task Odd_size_becomes_even(string name)
    {
        Assert.True(JobPreset.TryParse(name, out var preset));
        var media = await ProbeAsync((await _harness.CompleteAsync(_harness.Submit(files.OddSize, preset))).Main.Path);
        Assert.Equal((160, 120), (media.Video!.Width, media.Video.Height));
    }

    [Fact]
    public async Task Clip_without_sound_stays_without()
    {
        var media = await ProbeAsync((await _harness.CompleteAsync(_harness.Submit(files.Silent))).Main.Path);
        Assert.Equal((1, "h264", null), (media.StreamCount, media.Video!.Codec, media.Audio));
    }

    [Fact]
    public async Task Sound_alone_suits_the_audio_preset()
    {
        var result = await _harness.CompleteAsync(_harness.Submit(files.SoundOnly, JobPreset.Audio, new TranscodeJobOptions()));
        Assert.Equal("aac", (await ProbeAsync(result.Main.Path)).Audio!.Codec);
        Assert.Null(result.Thumbnail);
        Assert.Null(result.Preview);
    }

    [Fact]
    public async Task Live_recording_without_a_duration_is_measured()
    {
        Assert.Null((await ProbeAsync(files.Live)).Duration);
        var result = await _harness.CompleteAsync(_harness.Submit(files.Live));
        Assert.InRange(result.Input.Duration!.Value.TotalSeconds, 1.9, 2.1);
        Assert.InRange((await ProbeAsync(result.Main.Path)).Duration!.Value.TotalSeconds, 1.9, 2.1);
        Assert.Equal("True", _harness.Progress.Operations.Single(static row => row.Operation == "metadata").Metadata["durationMeasured"]);
    }

    [Fact]
    public async Task Cut_takes_what_was_asked_for()
    {
        var cut = new TranscodeJobOptions { Thumbnail = true, Preview = true, StartAt = TimeSpan.FromSeconds(0.5), Length = TimeSpan.FromSeconds(1) };
        var result = await _harness.CompleteAsync(_harness.Submit(files.Clip, JobPreset.Mp4480p, cut));
        Assert.InRange((await ProbeAsync(result.Main.Path)).Duration!.Value.TotalSeconds, 0.9, 1.1);
    }

    [Fact]
    public async Task Thumbnail_and_preview_lie_beside_the_result()
    {
        var job = _harness.Submit(files.Clip, JobPreset.Webm, new TranscodeJobOptions());

        var result = await _harness.CompleteAsync(job);

        var thumbnail = await ProbeAsync(WithoutExtension(result.Thumbnail!.Path));
        Assert.Equal(("mjpeg", 160, 120), (thumbnail.Video!.Codec, thumbnail.Video.Width, thumbnail.Video.Height));
        Assert.Equal("gif", (await ProbeAsync(result.Preview!.Path)).Video!.Codec);
        Assert.Equal(3, result.Outputs.Count);
        AssertNothingElse(job, result);
    }

    [Fact]
    public async Task Mp4_has_its_index_in_front_and_no_metadata_of_the_input()
    {
        var result = await _harness.CompleteAsync(_harness.Submit(files.Clip));
        var bytes = await File.ReadAllBytesAsync(result.Main.Path);
        var index = bytes.AsSpan().IndexOf("moov"u8);
        Assert.InRange(index, 0, bytes.AsSpan().IndexOf("mdat"u8));
        Assert.True((await File.ReadAllBytesAsync(files.Clip)).AsSpan().IndexOf("my-secret-place"u8) > 0);
        Assert.Equal(-1, bytes.AsSpan().IndexOf("my-secret-place"u8));
    }

    [Theory]
    [InlineData("-y -f null.mp4")]
    [InlineData("a 'quoted' \"name\"\nwith a line.mp4")]
    [InlineData("%03d $(touch x) ; | & ünï.mp4")]
    [InlineData("http:example.mp4")]
    public async Task File_name_of_any_kind_is_only_a_name(string name)
    {
        var path = _harness.File(name);
        File.Copy(files.Clip, path);
        await _harness.CompleteAsync(_harness.Submit(path, JobPreset.Mp4480p, new TranscodeJobOptions()));
    }

    [Fact]
    public async Task Progress_only_grows_passes_every_stage_and_ends_at_100()
    {
        // On a quick machine it could be done before ffmpeg has said how far it is; reading at four times the clip's own speed takes it 2.5 s on any.
        await using var harness = new PoolHarness();
        var script = harness.Script("ffmpeg", "exec ffmpeg -readrate 4 \"$@\"");
        await harness.StartAsync(options => options.FfmpegPath = script);
        var job = harness.Submit(files.Laborious, JobPreset.Mp4480p, new TranscodeJobOptions());

        var result = await harness.CompleteAsync(job);

        var reports = harness.Progress.Reports;
        Assert.All(reports.Zip(reports.Skip(1)), static pair => Assert.True(pair.Second.Percent > pair.First.Percent, $"{pair.First} then {pair.Second}"));
        Assert.Equal((0, 100), (reports[0].Percent, reports[^1].Percent));
        Assert.Equal(Enum.GetValues<JobStage>(), reports.Select(static report => report.Stage).Distinct());
        Assert.Contains(reports, static report => report is { Stage: JobStage.Transcode, StagePercent: > 0, Fps: > 0, Speed: > 0, Eta: not null });
        Assert.IsType<JobCompleted>(harness.Progress.Events[^1]);

        var operations = harness.Progress.Operations;
        Assert.Equal(Enum.GetValues<JobStage>().Select(static stage => stage.Name()), operations.Select(static row => row.Operation));
        Assert.All(operations, static row => Assert.Equal(OperationStatus.Completed, row.Status));
        var figures = operations.Single(static row => row.Operation == "analytics").Metadata;
        Assert.Equal($"{result.Analytics.OutputBytes}", figures["outputBytes"]);
        Assert.Equal((double)new FileInfo(files.Laborious).Length / result.Main.SizeBytes, result.Analytics.CompressionRatio, 9);
        Assert.InRange(result.Analytics.MediaDuration.TotalSeconds, 9, 11);
    }

    private async Task<MediaInfo> ProbeAsync(string path)
    {
        var options = new TranscodingOptions();

        // jpeg_pipe: what a single picture is probed as.
        options.AllowedFormats.Add("jpeg_pipe");
        var probe = await new MediaProbe(_tools, options).RunAsync(path, onStarted: null, default);
        Assert.True(probe.Succeeded, probe.Error?.Detail);
        return probe.Media;
    }

    // ffprobe goes by the content then, and not by a name that it takes for a pattern.
    private string WithoutExtension(string path)
    {
        var copy = _harness.File("copy");
        File.Copy(path, copy);
        return copy;
    }

    private void AssertNothingElse(TranscodeJob job, JobResult result)
    {
        var directory = Assert.Single(Directory.GetFileSystemEntries(job.OutputDirectory));
        Assert.Equal(result.Outputs.Select(static output => output.Path).Order(), Directory.GetFiles(directory).Order());
        Assert.Empty(_harness.Leftovers);
    }
}
