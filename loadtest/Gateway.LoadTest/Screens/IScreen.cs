using Gateway.LoadTest.Reports;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Screens;

/// <summary>Where a run tells how it goes.</summary>
internal interface IScreen
{
    void Say(string sentence);

    /// <summary>A second has passed. Its last ticks may be missing: it is a glance, the report has all of it.</summary>
    void Show(SecondStats second, Reading reading);

    /// <summary>What came of it; after <see cref="EndAsync"/>.</summary>
    void Finish(RunStats run, string? reportFile);

    /// <summary>Nothing more is shown second by second, however the run ended.</summary>
    ValueTask EndAsync();
}
