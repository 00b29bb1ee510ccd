using Gateway.LoadTest.Reports;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Screens;

/// <summary>Lines, for pipes and logs.</summary>
internal sealed class PlainScreen(TextWriter output) : IScreen
{
    private Reading? _before;

    public void Say(string sentence) => output.WriteLine(sentence);

    public void Show(SecondStats second, Reading reading)
    {
        var before = _before;
        _before = reading;
        if (before is null)
            return;
        output.WriteLine(LiveText.Line(second, before, reading));
    }

    public ValueTask EndAsync() => ValueTask.CompletedTask;

    public void Finish(RunStats run, string? reportFile)
    {
        foreach (var line in Summary.Lines(run))
            output.WriteLine(line);
        if (reportFile is not null)
            output.WriteLine($"Report: {reportFile}");
    }
}
