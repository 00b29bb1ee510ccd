namespace Gateway.LoadTest.Measures;

/// <summary>The time in which a scenario is measured, and its stages: one for each load simulation. In nanoseconds of CLOCK_MONOTONIC; set once, when the start is known.</summary>
internal sealed class Window(IReadOnlyList<TimeSpan> stages)
{
    private readonly long[] _ends = new long[stages.Count];
    private long _start = long.MaxValue;
    private long _end = long.MaxValue;
    private int _lastStage;

    public int StageCount => _ends.Length;

    public long Start => _start;

    public long End => _end;

    public void Begin(long start)
    {
        _start = start;
        var end = start;
        for (var i = 0; i < _ends.Length; i++)
            _ends[i] = end += stages[i].Ticks * 100;
        _end = end;
    }

    public bool Contains(long time) => time >= _start && time < _end;

    /// <summary>-1 outside of the window. Times mostly grow, so the last answer is tried first.</summary>
    public int StageOf(long time)
    {
        if (!Contains(time))
            return -1;
        if (time >= _ends[_lastStage] || (_lastStage > 0 && time < _ends[_lastStage - 1]))
        {
            _lastStage = 0;
            while (time >= _ends[_lastStage])
                _lastStage++;
        }

        return _lastStage;
    }
}
