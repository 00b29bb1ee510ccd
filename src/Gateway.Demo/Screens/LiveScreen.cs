using Gateway.Client.Http;
using Gateway.Demo.Following;
using Spectre.Console;

namespace Gateway.Demo.Screens;

/// <summary>Moving bars in a terminal.</summary>
internal sealed class LiveScreen : IScreen
{
    private readonly ProgressTask _upload;
    private readonly ProgressTask _job;

    private LiveScreen(ProgressContext context)
    {
        _upload = context.AddTask("Upload", autoStart: false);
        _job = context.AddTask("Job", autoStart: false);
    }

    public static Task<Figures> RunAsync(Func<IScreen, Task<Figures>> run) => AnsiConsole.Progress()
        .AutoClear(enabled: false)
        .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .StartAsync(context => run(new LiveScreen(context)));

    public void Step(string text) => AnsiConsole.MarkupLineInterpolated($"[grey]-[/] {text}");

    public void Upload(UploadProgress progress)
    {
        if (!_upload.IsStarted)
            _upload.StartTask();
        _upload.MaxValue = Math.Max(progress.TotalBytes, 1);
        _upload.Value = progress.SentBytes;
        _upload.Description = FormattableString.Invariant($"Upload {progress.SentBytes / 1e6:0.0} of {progress.TotalBytes / 1e6:0.0} MB");
    }

    public void Job(JobReading reading)
    {
        if (!_job.IsStarted)
            _job.StartTask();
        _job.Value = reading.Event == JobReading.Complete ? 100 : reading.Percent;
        _job.Description = Markup.Escape("Job " + JobText.Describe(reading));
    }
}
