using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Gateway.EndToEnd.Tests.Backends.Samples;
using Gateway.EndToEnd.Tests.Support;

namespace Gateway.EndToEnd.Tests.Backends;

/// <summary>The README's samples for backends are what is tried here.</summary>
public sealed class ReadmeTests
{
    // Of the sample's method body.
    private const string Indent = "        ";

    [Fact]
    public async Task Sample_runs()
    {
        using var deadline = Deadline.Start();
        await using var node = await BackendNode.StartAsync(deadline.Token, "--Gateway:Backends:Services:quotes:Allow=user");
        await using var client = await TestClient.EnterAsync(node.Server, json: true, "ann", deadline.Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        var printed = Channel.CreateUnbounded<string>();
        var running = BackendSample.RunAsync(node.Nats.Url, line => printed.Writer.TryWrite(line), stop.Token);

        Assert.Matches("""^Replied \{"epoch":\d+,"offset":1,"duplicate":false\}$""", await printed.Reader.ReadAsync(deadline.Token));
        int op;
        do
        {
            // Until its subscription is there, nobody runs the service.
            await client.SendAsync("""[14,1,"quotes","price",{"of":"tea"}]""", deadline.Token);
            var answer = await client.TryReceiveAsync(deadline.Token) ?? throw new InvalidOperationException("The connection has ended.");
            op = answer[0].GetInt32();
            if (op == 15)
                Assert.Equal(42, answer[2].GetProperty("price").GetInt32());
        }
        while (op != 15);
        Assert.Equal("ann calls price", await printed.Reader.ReadAsync(deadline.Token));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData("wire", """{"epoch":\d+,"offset":\d+,"duplicate":false}""")]
    [InlineData("curl", """{"epoch":\d+,"offset":\d+,"duplicate":false}\s*{"room":"chat:lobby".*"event":"say","payload":{"text":"hello"}""")]
    public async Task Script_runs(string name, string expected)
    {
        using var deadline = Deadline.Start();
        await using var node = await BackendNode.StartAsync(deadline.Token);
        var block = Between(await File.ReadAllTextAsync(Readme()), $"<!-- sample: {name} -->", "<!-- /sample -->");
        var script = Between(block, "```bash\n", "```");
        var start = new ProcessStartInfo("bash", ["-euc", script]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["NATS"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1/{node.Nats.Port}");
        start.Environment["GATEWAY"] = node.Server.Address.ToString().TrimEnd('/');
        start.Environment["API_KEY"] = BackendNode.ApiKey;
        using var bash = Process.Start(start)!;
        var output = await bash.StandardOutput.ReadToEndAsync(deadline.Token);
        await bash.WaitForExitAsync(deadline.Token);

        Assert.Matches(expected, output);
    }

    /// <summary>After a change of the sample: copy the lines between its markers into README.md, below <c>&lt;!-- sample: backend --&gt;</c>.</summary>
    [Fact]
    public async Task Sample_in_the_readme_is_the_one_that_compiles()
    {
        var sample = Between(await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(ThisFile())!, "Samples", "BackendSample.cs")), "// <readme>", "// </readme>");
        var lines = sample.Trim('\n', ' ').Split('\n').Select(static line => line.StartsWith(Indent, StringComparison.Ordinal) ? line[Indent.Length..] : line);
        var shown = Between(await File.ReadAllTextAsync(Readme()), "<!-- sample: backend -->", "<!-- /sample -->").Trim('\n', ' ');

        Assert.Equal($"```csharp\n{string.Join('\n', lines)}\n```", shown);
    }

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal);
        Assert.True(from >= 0, $"There is no {start}.");
        from += start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    private static string Readme() => Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "README.md");

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
