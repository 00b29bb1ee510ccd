using System.Globalization;
using Gateway.LoadTest.Reports;
using Gateway.LoadTest.Servers;
using Spectre.Console;

namespace Gateway.LoadTest.Screens;

/// <summary>The last seconds in a table that moves, for terminals.</summary>
internal sealed class LiveScreen(IAnsiConsole console) : IScreen
{
    private const int RowCount = 15;

    private readonly Table _table = NewTable();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LiveDisplayContext? _context;
    private Task? _live;
    private Reading? _before;

    public void Say(string sentence)
    {
        if (_live is null)
            console.WriteLine(sentence);
        else
            _table.Caption = new TableTitle(Markup.Escape(sentence));
        _context?.Refresh();
    }

    public void Show(SecondStats second, Reading reading)
    {
        _live ??= console.Live(_table).StartAsync(async context =>
        {
            _context = context;
            await _ended.Task;
        });
        var before = _before;
        _before = reading;
        if (before is null)
            return;
        if (_table.Rows.Count >= RowCount)
            _table.RemoveRow(0);
        _table.AddRow(Cells(second, before, reading));
        _context?.Refresh();
    }

    public void Finish(RunStats run, string? reportFile)
    {
        foreach (var line in Summary.Lines(run))
        {
            var colour = line.StartsWith("BROKEN", StringComparison.Ordinal) ? "[red]" : line.StartsWith("holds", StringComparison.Ordinal) ? "[green]" : "[default]";
            console.MarkupLine($"{colour}{Markup.Escape(line)}[/]");
        }

        if (reportFile is not null)
            console.WriteLine($"Report: {reportFile}");
    }

    /// <summary>Gives the terminal back, however the run ended.</summary>
    public async ValueTask EndAsync()
    {
        _ended.TrySetResult();
        if (_live is not null)
            await _live;
        _live = null;
        _context = null;
    }

    private static Table NewTable()
    {
        var table = new Table().RoundedBorder().BorderColor(Color.Grey);
        foreach (var head in (string[])["second", "connections", "ok/s", "fail/s", "deliveries/s", "p50", "p99", "server cores", "server MiB", "client cores"])
            table.AddColumn(new TableColumn(head).RightAligned());
        return table;
    }

    private static string[] Cells(SecondStats second, Reading before, Reading now)
    {
        var seconds = (now.Time - before.Time) / 1e9;
        var latency = second.Deliveries.Count > 0 ? second.Deliveries : second.Iterations;
        return
        [
            Reports.Text.Count(second.Second + 1), Reports.Text.Count(second.Connections), Reports.Text.Count(second.Ok), second.Fail > 0 ? $"[red]{Reports.Text.Count(second.Fail)}[/]" : "0", Reports.Text.Count(second.Deliveries.Count),
            Reports.Text.Duration(latency.Percentile(50)), Reports.Text.Duration(latency.Percentile(99)), Cores(now.ServerCpuSeconds - before.ServerCpuSeconds),
            Reports.Text.Count(Math.Round(now.ServerRssBytes / 1048576.0)), Cores(now.ClientCpuSeconds - before.ClientCpuSeconds),
        ];

        string Cores(double cpu) => (cpu / seconds).ToString("0.00", CultureInfo.InvariantCulture);
    }
}
