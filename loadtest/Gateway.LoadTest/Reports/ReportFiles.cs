using System.Globalization;

namespace Gateway.LoadTest.Reports;

/// <summary>Writes the report of a run as two files of the same name.</summary>
internal static class ReportFiles
{
    /// <returns>The path of the HTML file.</returns>
    public static async Task<string> WriteAsync(RunStats run, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var name = string.Create(CultureInfo.InvariantCulture, $"{run.Options.Scenario}-{run.StartedAt:yyyyMMdd-HHmmss}-{run.RunId}");
        await File.WriteAllTextAsync(Path.Combine(folder, name + ".json"), JsonReport.Write(run), cancellationToken);
        var page = Path.Combine(folder, name + ".html");
        await File.WriteAllTextAsync(page, HtmlReport.Write(run), cancellationToken);
        return page;
    }
}
