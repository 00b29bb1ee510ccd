using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Queues;
using Gateway.Transcoding.Tests.Support;
using Gateway.Transcoding.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway.Transcoding.Tests.Workers;

public sealed class HostingTests(MediaFiles files)
{
    [Fact]
    public async Task AddTranscoding_runs_jobs_in_a_host_and_counts_them()
    {
        using var directory = new TemporaryDirectory();
        var progress = new RecordingProgress();
        var counted = new ConcurrentBag<(string Name, double Value)>();
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => counted.Add((instrument.Name, value)));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => counted.Add((instrument.Name, value)));
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ITranscodeProgress>(progress);
        builder.Services.AddTranscoding(options => (options.WorkDirectory, options.MinFreeDiskBytes) = (directory["work"], 0));
        using var host = builder.Build();
        var meters = host.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Gateway.Transcoding" && ReferenceEquals(instrument.Meter.Scope, meters))
                self.EnableMeasurementEvents(instrument);
        };
        listener.Start();
        await host.StartAsync();
        Assert.Single(host.Services.GetServices<IHostedService>().OfType<TranscodeWorkerPool>());

        foreach (var (id, input) in (ReadOnlySpan<(string, string)>)[("good", files.Clip), ("bad", files.Text)])
        {
            Assert.True(host.Services.GetRequiredService<InMemoryTranscodeQueue>().TryEnqueue(
                SampleJob.Named(id) with { InputPath = input, OutputDirectory = directory[id] }));
        }

        Assert.IsType<JobCompleted>(await progress.WaitForEndAsync("good"));
        Assert.IsType<JobFailed>(await progress.WaitForEndAsync("bad"));
        await host.StopAsync();

        Assert.Equal(2, counted.Count(static sample => sample.Name == "gateway.transcoding.jobs.started"));
        Assert.Single(counted, static sample => sample.Name == "gateway.transcoding.jobs.succeeded");
        Assert.Single(counted, static sample => sample.Name == "gateway.transcoding.jobs.failed");
        Assert.Equal(2, counted.Count(static sample => sample.Name == "gateway.transcoding.job.duration"));
    }

    [Fact]
    public async Task AddTranscoding_with_wrong_options_does_not_start()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddTranscoding(static options => options.Niceness = 40);
        using var host = builder.Build();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains("Gateway:Transcoding:Niceness is 40", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Preset_names_stages_and_codes_are_frozen()
    {
        // These are stored in databases and switched on by clients: a change here needs a migration and a new protocol version.
        Assert.Equal(["mp4-1080p", "mp4-720p", "mp4-480p", "webm", "audio", "gif"], JobPreset.All.Select(static preset => preset.Name));
        Assert.Equal(
            ["intake", "validation", "metadata", "thumbnail", "transcode", "analytics", "cleanup", "notification"],
            Enum.GetValues<JobStage>().Select(static stage => stage.Name()));
        Assert.Equal(
            [
                "attempts-exhausted", "cancelled", "disk-full", "ffmpeg-failed", "ffmpeg-killed", "ffmpeg-missing", "input-damaged", "input-empty",
                "input-missing", "input-no-audio", "input-no-video", "input-not-media", "input-too-large", "input-too-long", "input-too-many-pixels",
                "input-too-many-streams", "internal", "invalid-options", "stalled", "timed-out",
            ],
            typeof(JobErrorCodes).GetFields().Select(static field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void RetryDelay_doubles_up_to_its_cap()
    {
        var options = new TranscodingOptions { RetryDelay = TimeSpan.FromSeconds(5), MaxRetryDelay = TimeSpan.FromSeconds(60) };
        Assert.Equal(
            [5, 10, 20, 40, 60, 60],
            ((int[])[1, 2, 3, 4, 5, 1000]).Select(attempt => RetryDelay.After(attempt, options, chance: 0).TotalSeconds));
        Assert.Equal(7.5, RetryDelay.After(1, options, chance: 1).TotalSeconds);
    }
}
