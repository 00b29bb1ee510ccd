using System.Globalization;
using Gateway.Client.Http;
using Gateway.Demo.Following;

namespace Gateway.Demo.Screens;

/// <summary>Lines for logs: every event of the job, and the upload in quarters.</summary>
internal sealed class PlainScreen(TextWriter output) : IScreen
{
    private const int UploadSteps = 4;

    private int _uploadStep;

    public void Step(string text) => output.WriteLine(text);

    public void Upload(UploadProgress progress)
    {
        var step = (int)(progress.SentBytes * UploadSteps / Math.Max(progress.TotalBytes, 1));
        if (step <= _uploadStep)
            return;
        _uploadStep = step;
        output.WriteLine($"  upload {step * 100 / UploadSteps,3} %");
    }

    public void Job(JobReading reading) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  job {reading.Percent,6:0.0} %  {JobText.Describe(reading)}"));
}
