using Gateway.Client.Tests.Fakes;
using Gateway.Client.Tests.Samples;

namespace Gateway.Client.Tests;

public sealed class ReadmeTests
{
    // Of the sample's method body.
    private const string Indent = "        ";

    /// <summary>After a change of the sample: copy the lines between its markers into README.md, below <c>&lt;!-- sample: client --&gt;</c>.</summary>
    [Fact]
    public async Task Sample_in_the_readme_is_the_one_that_compiles()
    {
        var sample = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.TestFolder, "Samples", "ReadmeSample.cs"));
        var lines = Between(sample, "// <readme>", "// </readme>")!.Split('\n');
        var expected = string.Join('\n', lines.Select(line => line.StartsWith(Indent, StringComparison.Ordinal) ? line[Indent.Length..] : line));
        var readme = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, "README.md"));
        // A README without the marker shows no sample.
        if (Between(readme, "<!-- sample: client -->", "<!-- /sample -->") is { } shown)
            Assert.Equal($"```csharp\n{expected}\n```", shown);
    }

    [Fact]
    public async Task Sample_runs()
    {
        await using var http = await FakeHttp.StartAsync();
        using var stop = new CancellationTokenSource();
        var running = ReadmeSample.RunAsync(http.Address, "ann", "secret", stop.Token);
        var connection = await http.AcceptAsync();
        var hello = await connection.WelcomeAsync();
        Assert.Equal("token-1", hello[2]);
        await connection.JoinAsync(1, epoch: 1, offset: 0, head: 0, recovered: false);
        var publish = await connection.ExpectAsync(9);
        Assert.Equal("hello", Assert.IsType<Dictionary<object, object?>>(publish[4])["text"]);
        await connection.SendAsync([10, publish[1], 1, 1, false], [11, 1, 1, "say", publish[4], "ann", 0]);
        await stop.CancelAsync();
        connection.Cut();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running).WaitAsync(FakeGateway.Patience);
    }

    /// <summary>What stands between two marks; null when the first is not there.</summary>
    private static string? Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal);
        if (from < 0)
            return null;
        from += start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)].Trim('\n', ' ');
    }
}
