namespace Gateway.Transcoding.Tests;

public sealed class TranscodingOptionsValidatorTests
{
    public static TheoryData<string, Action<TranscodingOptions>> Mistakes => new()
    {
        { "Workers is -1", static options => options.Workers = -1 },
        { "WorkerName is empty", static options => options.WorkerName = " " },
        { "FfmpegPath is empty", static options => options.FfmpegPath = "" },
        { "FfprobePath is empty", static options => options.FfprobePath = "" },
        { "WorkDirectory is 'work'", static options => options.WorkDirectory = "work" },
        { "WorkDirectory is '/'", static options => options.WorkDirectory = "/" },
        { "MaxInputBytes is 0", static options => options.MaxInputBytes = 0 },
        { "MaxPixels is 0", static options => options.MaxPixels = 0 },
        { "MaxStreams is 0", static options => options.MaxStreams = 0 },
        { "MinFreeDiskBytes is -1", static options => options.MinFreeDiskBytes = -1 },
        { "TimeLimitFactor is NaN", static options => options.TimeLimitFactor = double.NaN },
        { "ThreadsPerJob is 65", static options => options.ThreadsPerJob = 65 },
        { "Niceness is 20", static options => options.Niceness = 20 },
        { "StderrBytes is 5", static options => options.StderrBytes = 5 },
        { "MaxAttempts is 0", static options => options.MaxAttempts = 0 },
        { "AllowedFormats must", static options => options.AllowedFormats.Add("hls,concat") },
        { "AllowedFormats must", static options => options.AllowedFormats.Clear() },
        { "MaxDuration is 00:00:00", static options => options.MaxDuration = TimeSpan.Zero },
        { "LeaseTime is 00:00:00", static options => options.LeaseTime = TimeSpan.Zero },
        { "StallTimeout (00:00:00.5000000) must be more than twice", static options => options.StallTimeout = TimeSpan.FromSeconds(0.5) },
        { "MaxRetryDelay (00:00:01) is below RetryDelay", static options => options.MaxRetryDelay = TimeSpan.FromSeconds(1) },
        { "KillGrace is -", static options => options.KillGrace = TimeSpan.FromSeconds(-1) },
    };

    [Fact]
    public void Validate_defaults_are_valid() => Assert.True(new TranscodingOptionsValidator().Validate(null, new TranscodingOptions()).Succeeded);

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public void Validate_mistake_is_named(string sentence, Action<TranscodingOptions> mistake)
    {
        var options = new TranscodingOptions();
        mistake(options);
        var result = new TranscodingOptionsValidator().Validate(null, options);
        Assert.Contains(result.Failures!, failure => failure.StartsWith("Gateway:Transcoding:" + sentence, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_says_all_mistakes_at_once()
    {
        var result = new TranscodingOptionsValidator().Validate(null, new TranscodingOptions { Workers = -1, Niceness = 99, MaxAttempts = 0 });
        Assert.Equal(3, result.Failures!.Count());
    }
}
