namespace Gateway.LoadTest.Reports;

/// <summary>The numbers that a run is quoted by, what is paid for a delivery first of all.</summary>
internal static class RunFigures
{
    public const string PerServerCpuSecond = "deliveries per server-CPU-second";
    public const string PerSecond = "deliveries per second";
    public const string ServerCores = "server cores";
    public const string ClientCores = "client cores";
    public const string ServerMemory = "server memory";

    public static IReadOnlyList<Figure> Of(RunStats run)
    {
        var figures = new List<Figure>();
        var seconds = (run.WindowEnd.Time - run.WindowStart.Time) / 1e9;
        var delivered = run.Scenarios.Sum(static each => each.Delivered);
        if (seconds <= 0)
            return figures;
        var serverCpu = run.WindowEnd.ServerCpuSeconds - run.WindowStart.ServerCpuSeconds;
        if (run.IsServerKnown && serverCpu > 0)
            figures.Add(new Figure(PerServerCpuSecond, delivered / serverCpu, "/s"));
        figures.Add(new Figure(PerSecond, delivered / seconds, "/s"));
        if (run.IsServerKnown)
        {
            figures.Add(new Figure(ServerCores, serverCpu / seconds, "cores"));
            figures.Add(new Figure(ServerMemory, run.WindowEnd.ServerRssBytes, "bytes"));
        }

        figures.Add(new Figure(ClientCores, (run.WindowEnd.ClientCpuSeconds - run.WindowStart.ClientCpuSeconds) / seconds, "cores"));
        return figures;
    }
}
