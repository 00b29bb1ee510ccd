using System.Diagnostics;
using System.Globalization;
using Gateway.Faults.Tests.Schedules;

namespace Gateway.Faults.Tests.Running;

/// <summary><c>./test faults</c>: one schedule after the other on a new cluster each, until the time is up.</summary>
internal static class LongForm
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        if (args is ["--help" or "-h" or "help"])
        {
            Console.WriteLine(FaultOptions.Help);
            return 0;
        }

        if (FaultOptions.Parse(args, out var error) is not { } options)
        {
            await Console.Error.WriteLineAsync(error + Environment.NewLine + FaultOptions.Help);
            return 2;
        }

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            stop.Cancel();
        };
        var totals = new RunTotals();
        try
        {
            await RunAsync(options, totals, stop.Token);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("Interrupted; what was seen until then:");
        }

        Console.WriteLine(Report.Line(totals));
        return totals.Holds && totals.Schedules > 0 ? 0 : 1;
    }

    private static async Task RunAsync(FaultOptions options, RunTotals totals, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        for (var seed = options.Seed; ; seed++)
        {
            var schedule = Schedule.Create(seed, options.Nodes, Workloads.Workload.DurableCount, options.More, ShortFormTests.LeaseDuration);
            await new FaultRun(schedule, options.Nodes, totals, line => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{Stopwatch.GetElapsedTime(started):hh\\:mm\\:ss}] {line}"))).RunAsync(stop);
            if (Stopwatch.GetElapsedTime(started).TotalMinutes >= options.Minutes)
                return;
        }
    }
}
