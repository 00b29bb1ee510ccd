using Gateway.Transcoding.Jobs;
using Gateway.Transcoding.Processes;
using Gateway.Transcoding.Progress;
using Gateway.Transcoding.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Transcoding.Tests.Progress;

public sealed class ProgressReporterTests
{
    private readonly ManualTime _time = new();
    private readonly RecordingProgress _sink = new();
    private readonly ProgressReporter _reporter;

    public ProgressReporterTests() => _reporter = new ProgressReporter(
        new SinkGuard(_sink, "a", TimeSpan.FromSeconds(5), _time, NullLogger.Instance), "a", 1, TimeSpan.FromSeconds(1), _time);

    [Fact]
    public async Task Stages_report_at_once_at_their_weights()
    {
        foreach (var stage in Enum.GetValues<JobStage>())
            await _reporter.EnterAsync(stage);
        await _reporter.FinishAsync();

        Assert.Equal([0, 1, 4, 6, 9, 92, 97, 99, 100], _sink.Reports.Select(static report => report.Percent));
        Assert.Equal(100, _sink.Reports[^1].StagePercent);
    }

    [Fact]
    public async Task Advance_within_the_interval_is_dropped()
    {
        await _reporter.EnterAsync(JobStage.Transcode);
        await _reporter.AdvanceAsync(0.1, default, null);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _reporter.AdvanceAsync(0.5, new FfmpegProgress { Fps = 25, Speed = 2 }, TimeSpan.FromSeconds(9));

        var report = _sink.Reports[^1];
        Assert.Equal(2, _sink.Reports.Count);
        Assert.Equal((50.5, 50.0, 25.0, 2.0, TimeSpan.FromSeconds(9)), (report.Percent, report.StagePercent, report.Fps, report.Speed, report.Eta));
    }

    [Fact]
    public async Task Advance_that_is_no_growth_or_nonsense_is_dropped()
    {
        await _reporter.EnterAsync(JobStage.Transcode);
        foreach (var fraction in (double[])[0.5, 0.5, 0.4, double.NaN, -1, 0.500001, double.NegativeInfinity])
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await _reporter.AdvanceAsync(fraction, default, null);
        }

        Assert.Equal([9, 50.5], _sink.Reports.Select(static report => report.Percent));
    }

    [Fact]
    public async Task Advance_beyond_the_end_leaves_it_to_the_next_stage()
    {
        await _reporter.EnterAsync(JobStage.Transcode);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _reporter.AdvanceAsync(7, default, null);
        await _reporter.EnterAsync(JobStage.Analytics);

        Assert.Equal([(JobStage.Transcode, 9.0), (JobStage.Analytics, 92.0)], _sink.Reports.Select(static report => (report.Stage, report.Percent)));
    }
}
