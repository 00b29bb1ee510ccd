using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Tests.Support;

namespace Gateway.Transcoding.Tests.Workers;

/// <summary>What is refused, with which code, and that nothing of it stays.</summary>
public sealed class BadInputTests(MediaFiles files) : IAsyncLifetime
{
    private readonly PoolHarness _harness = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task Text_named_mp4_is_no_media() => await RefusedAsync(files.Text, "input-not-media", "validation");

    [Fact]
    public async Task Empty_file_is_empty() => await RefusedAsync(files.Empty, "input-empty", "intake");

    [Fact]
    public async Task Missing_file_is_missing() => await RefusedAsync(_harness.File("never"), "input-missing", "intake");

    [Fact]
    public async Task Directory_is_missing() => await RefusedAsync(Path.GetDirectoryName(files.Clip)!, "input-missing", "intake");

    [Fact]
    public async Task Mp4_cut_before_its_index_is_damaged() => await RefusedAsync(files.CutBeforeIndex, "input-damaged", "validation");

    [Fact]
    public async Task Mp4_cut_after_its_index_is_damaged_not_silently_shorter() => await RefusedAsync(files.CutAfterIndex, "input-damaged", "analytics");

    [Fact]
    public async Task Playlist_cannot_open_other_files() => await RefusedAsync(files.Playlist, "input-not-media", "validation");

    [Fact]
    public async Task Concat_script_cannot_open_other_files() => await RefusedAsync(files.ConcatScript, "input-not-media", "validation");

    [Fact]
    public async Task Sound_alone_has_no_video() => await RefusedAsync(files.SoundOnly, "input-no-video", "validation");

    [Fact]
    public async Task Silent_clip_has_no_audio() => await RefusedAsync(files.Silent, "input-no-audio", "validation", JobPreset.Audio);

    [Fact]
    public async Task Too_many_bytes() =>
        await RefusedAsync(files.Clip, "input-too-large", "intake", change: static options => options.MaxInputBytes = 1000);

    [Fact]
    public async Task Too_long() =>
        await RefusedAsync(files.Clip, "input-too-long", "validation", change: static options => options.MaxDuration = TimeSpan.FromSeconds(1));

    [Fact]
    public async Task Too_long_where_only_measuring_tells() =>
        await RefusedAsync(files.Live, "input-too-long", "metadata", change: static options => options.MaxDuration = TimeSpan.FromSeconds(1));

    [Fact]
    public async Task Too_many_pixels() =>
        await RefusedAsync(files.Clip, "input-too-many-pixels", "validation", change: static options => options.MaxPixels = (160 * 120) - 1);

    [Fact]
    public async Task Too_many_streams() =>
        await RefusedAsync(files.Clip, "input-too-many-streams", "validation", change: static options => options.MaxStreams = 1);

    [Fact]
    public async Task Too_little_disk() =>
        await RefusedAsync(files.Clip, "disk-full", "intake", change: static options => (options.MinFreeDiskBytes, options.MaxAttempts) = (long.MaxValue / 2, 1));

    [Theory]
    [InlineData(5.0, null)]
    [InlineData(-1.0, null)]
    [InlineData(null, 0.0)]
    public async Task Cut_that_makes_no_sense(double? start, double? length)
    {
        await _harness.StartAsync();
        var job = _harness.Submit(files.Clip, JobPreset.Mp4480p, new TranscodeJobOptions
        {
            StartAt = start is { } from ? TimeSpan.FromSeconds(from) : null,
            Length = length is { } taken ? TimeSpan.FromSeconds(taken) : null,
        });
        Assert.Equal("invalid-options", (await _harness.FailAsync(job)).Code);
    }

    [Fact]
    public async Task Missing_ffmpeg_is_tried_again_then_told()
    {
        var pool = await _harness.StartAsync(static options => (options.FfprobePath, options.MaxAttempts) = ("/no/ffprobe", 2));
        Assert.False(pool.IsFfmpegAvailable);
        var job = _harness.Submit(files.Clip);

        var error = await _harness.FailAsync(job);

        Assert.Equal(("ffmpeg-missing", true), (error.Code, error.Retryable));
        var again = Assert.Single(_harness.Progress.Events.OfType<JobRequeued>());
        Assert.Equal((1, "ffmpeg-missing"), (again.Job.Attempt, again.Error!.Code));
        Assert.Empty(_harness.Leftovers);
    }

    [Fact]
    public async Task Ffmpeg_that_fails_is_told_with_its_own_words()
    {
        var script = _harness.Script("ffmpeg", "echo 'boom: $1' >&2; exit 3");
        await _harness.StartAsync(options => options.FfmpegPath = script);
        var error = await _harness.FailAsync(_harness.Submit(files.Clip));
        Assert.Equal(("ffmpeg-failed", false, "boom: $1"), (error.Code, error.Retryable, error.Detail));
        Assert.Empty(_harness.Leftovers);
    }

    [Fact]
    public async Task Ffmpeg_that_writes_rubbish_and_says_fine_is_caught()
    {
        var script = _harness.Script("ffmpeg", """for last in "$@"; do :; done; echo rubbish > "${last#file:}"; echo progress=end""");
        await _harness.StartAsync(options => options.FfmpegPath = script);
        Assert.Equal("ffmpeg-failed", (await _harness.FailAsync(_harness.Submit(files.Clip))).Code);
        Assert.Empty(_harness.Leftovers);
    }

    [Fact]
    public async Task Ffmpeg_that_hangs_is_stalled()
    {
        var script = _harness.Script("ffmpeg", "echo frame=1; echo progress=continue; exec sleep 1000");
        await _harness.StartAsync(options =>
            (options.FfmpegPath, options.StallTimeout, options.MaxAttempts) = (script, TimeSpan.FromMilliseconds(300), 1));
        var error = await _harness.FailAsync(_harness.Submit(files.Clip));
        Assert.Equal(("stalled", true), (error.Code, error.Retryable));
        Assert.Empty(LiveProcesses.WithArgument(script));
        Assert.Empty(_harness.Leftovers);
    }

    [Fact]
    public async Task Ffmpeg_that_never_ends_is_timed_out()
    {
        var script = _harness.Script("ffmpeg", "i=0; while :; do i=$((i+1)); echo frame=$i; echo progress=continue; sleep 0.02; done");
        await _harness.StartAsync(options =>
            (options.FfmpegPath, options.MinTimeLimit, options.TimeLimitFactor) = (script, TimeSpan.FromSeconds(2), 0.1));
        var error = await _harness.FailAsync(_harness.Submit(files.Clip));
        Assert.Equal(("timed-out", false), (error.Code, error.Retryable));
        foreach (var process in LiveProcesses.WithArgument(script))
            await LiveProcesses.WaitForEndAsync(process);

        Assert.Empty(_harness.Leftovers);
    }

    [Fact]
    public async Task Disk_that_fills_up_in_the_middle_is_tried_again()
    {
        var script = _harness.Script("ffmpeg", "echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 1");
        await _harness.StartAsync(options => (options.FfmpegPath, options.MaxAttempts) = (script, 3));
        Assert.Equal("disk-full", (await _harness.FailAsync(_harness.Submit(files.Clip))).Code);
        Assert.Equal([1, 2], _harness.Progress.Events.OfType<JobRequeued>().Select(static requeued => requeued.Job.Attempt));
    }

    [Fact]
    public async Task Bad_job_leaves_the_worker_fit_for_the_next()
    {
        await _harness.StartAsync();
        var bad = _harness.Submit(files.Text);
        var good = _harness.Submit(files.Clip);
        await _harness.FailAsync(bad);
        await _harness.CompleteAsync(good);
    }

    private async Task RefusedAsync(string input, string code, string stage, JobPreset? preset = null, Action<TranscodingOptions>? change = null)
    {
        await _harness.StartAsync(change);
        var job = _harness.Submit(input, preset);

        var error = await _harness.FailAsync(job);

        Assert.Equal(code, error.Code);
        Assert.DoesNotContain('/', error.Message);
        var row = _harness.Progress.Operations[^1];
        Assert.Equal((stage, OperationStatus.Failed, code), (row.Operation, row.Status, row.Metadata["code"]));
        Assert.False(Directory.Exists(job.OutputDirectory));
        Assert.Empty(_harness.Leftovers);
    }
}
