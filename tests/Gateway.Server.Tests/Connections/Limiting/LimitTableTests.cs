using Gateway.Server.Connections;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Operations.Settings;

namespace Gateway.Server.Tests.Connections.Limiting;

/// <summary>Holds the README's table of limits to the code: a row for each limit, with its default, its metrics, and whether it can be changed while running.</summary>
public sealed class LimitTableTests
{
    [Fact]
    public void Readme_has_a_true_row_for_every_limit()
    {
        using var scene = new LimitScene(new ConnectionLimits());
        var expected = LimitProperty.All.Select(property =>
        {
            string[] metrics =
            [
                .. scene.Node.Gauges.SaturationOf(property.Limit) is null ? [] : (string[])["saturation"],
                .. scene.Node.Gauges.HitsOf(property.Limit) is null ? [] : (string[])["hits"],
            ];
            var value = OptionKeys.Text(property.Default);
            return $"{property.Name} | {(value.Length == 0 ? "none" : value)} | {string.Join(", ", metrics)} | {(property.FixedBecause is null ? "yes" : "no")}";
        });
        Assert.Equal(expected, Rows().Select(static row => $"{row[0].Trim('`')} | {row[1].Trim('`')} | {row[4]} | {row[5]}"));
        Assert.All(Rows(), static row => Assert.True(row[2].Length > 0 && row[3].Length > 0, $"{row[0]} does not say where its figure comes from, or what happens at it."));
    }

    // | limit | default | where the figure comes from | at it | metric | while running |
    private static List<string[]> Rows()
    {
        var readme = File.ReadAllText(ReadmeFile());
        var table = readme.Split("<!-- limits -->")[1].Split("<!-- end of limits -->")[0];
        return [.. table.Split('\n').Where(static line => line.StartsWith("| `", StringComparison.Ordinal)).Select(static line => line.Trim('|', ' ').Split(" | ").Select(static cell => cell.Trim()).ToArray())];
    }

    private static string ReadmeFile()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository."), "README.md");
    }
}
