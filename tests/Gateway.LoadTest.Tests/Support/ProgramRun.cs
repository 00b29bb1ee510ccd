using System.Diagnostics;
using System.Text.Json;

namespace Gateway.LoadTest.Tests.Support;

/// <summary>The program run to its end, as a person runs it, with its report.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, JsonElement Report, string Page)
{
    public static async Task<ProgramRun> RunAsync(params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("gateway-loadtest-tests-").FullName;
        try
        {
            var cancellationToken = TestContext.Current.CancellationToken;
            string[] command = [Path.Combine(AppContext.BaseDirectory, "gateway-loadtest.dll"), .. arguments, "--report", folder, "--plain"];
            using var process = Process.Start(new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            output += await errors;
            TestContext.Current.TestOutputHelper?.WriteLine(output);
            var json = Directory.GetFiles(folder, "*.json").SingleOrDefault();
            var page = Directory.GetFiles(folder, "*.html").SingleOrDefault();
            return new ProgramRun(
                process.ExitCode, output, json is null ? default : JsonElement.Parse(await File.ReadAllTextAsync(json, cancellationToken)),
                page is null ? "" : await File.ReadAllTextAsync(page, cancellationToken));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public JsonElement Scenario(string name) => Report.GetProperty("scenarios").EnumerateArray().Single(each => each.GetProperty("name").GetString() == name);
}
