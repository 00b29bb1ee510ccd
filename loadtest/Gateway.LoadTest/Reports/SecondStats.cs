using Gateway.LoadTest.Measures;
using Gateway.LoadTest.Servers;

namespace Gateway.LoadTest.Reports;

/// <summary>One second of the run, all scenarios and workers together.</summary>
internal sealed class SecondStats(int second)
{
    /// <summary>Since the start of the warm-up, from 0.</summary>
    public int Second => second;

    /// <summary>Whether any worker told of it.</summary>
    public bool IsTold { get; set; }

    public long Ok { get; set; }

    public long Fail { get; set; }

    public int Connections { get; set; }

    public Histogram Iterations { get; } = new();

    public Histogram Deliveries { get; } = new();

    /// <summary>At the end of the second.</summary>
    public Reading? Reading { get; set; }
}
