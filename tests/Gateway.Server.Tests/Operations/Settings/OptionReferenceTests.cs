using Gateway.Server.Operations;
using Gateway.Server.Operations.Settings;

namespace Gateway.Server.Tests.Operations.Settings;

public class OptionReferenceTests
{
    private const string Begin = "<!-- options -->";
    private const string End = "<!-- /options -->";

    [Fact]
    public void Reference_hasEverySettingWithItsMeaning()
    {
        var rows = Reference().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2).ToList();

        Assert.Contains(rows, row => row.StartsWith("| `Gateway:Port` | `8080` | Port for WebSocket and HTTP", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("| `Gateway:Drain:Deadline` | `00:00:25` |", StringComparison.Ordinal));
        Assert.All(rows, row => Assert.False(row.EndsWith("|  |", StringComparison.Ordinal), $"It has no doc comment, or its project writes no documentation file: {row}"));
    }

    [Fact]
    public void Reference_isTheSameOnEveryMachine()
    {
        var reference = Reference();

        Assert.DoesNotContain(Environment.MachineName + "-", reference);
        Assert.DoesNotContain(Path.GetTempPath(), reference);
        Assert.DoesNotContain(Environment.CurrentDirectory, reference);
    }

    [Fact]
    public void Readme_holdsTheReference()
    {
        var readme = Path.Combine(FindRoot(), "README.md");
        var text = File.Exists(readme) ? File.ReadAllText(readme) : "";
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        if (begin < 0)
            return; // No table in the README; nothing that could be out of date.

        var end = text.IndexOf(End, begin, StringComparison.Ordinal);
        Assert.True(end > 0, $"README.md has {Begin} without {End}.");
        Assert.True(
            text[(begin + Begin.Length)..end].Trim() == Reference().Trim(),
            "README.md's table of settings is out of date: put in what `Gateway.Server --print-options markdown` prints.");
    }

    private static string Reference() =>
        OptionReference.ToMarkdown(NodeApplication.RegistrationsOf(NodeApplication.CreateBuilder(StartArguments.Parse([]), Program.AddParts)));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("Run the tests from a build inside the repository.");
        return folder.FullName;
    }
}
