using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Deployment;

/// <summary><c>./run cluster</c>, as a person uses it.</summary>
public sealed partial class RunClusterTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_node_that_is_killed_is_told_of_and_can_be_brought_back_and_the_end_leaves_nothing()
    {
        using var deadline = Deadline.Start(300);
        await using var run = await StartAsync(deadline.Token);
        var processes = ProcessesBelow(run.Id);
        var (name, id) = NodeLine().Match(run.Log) is { Success: true } match ? (match.Groups["name"].Value, match.Groups["id"].Value) : throw new InvalidOperationException(run.Log);

        await SignalAsync("KILL", id);
        await run.WaitForLineAsync($"{name} is taken for dead", deadline.Token);
        await run.WaitForLineAsync($"{name} -> node2", deadline.Token);
        await run.SignalAsync("USR1");

        // A look in the middle of the hand-over finds them with nobody for a moment.
        await await Task.WhenAny(run.WaitForLineAsync($"node2 -> {name}", deadline.Token), run.WaitForLineAsync("node2 -> nobody", deadline.Token));
        await run.SignalAsync("INT");
        await run.WaitForExitAsync(deadline.Token);

        var said = run.Log;
        output.WriteLine(said);
        Assert.True(said.IndexOf("draining node1", StringComparison.Ordinal) < said.IndexOf("draining node2", StringComparison.Ordinal));
        Assert.Contains("All nodes are drained, the servers are stopped.", said, StringComparison.Ordinal);
        AssertGone(processes);
    }

    [Fact]
    public async Task Killing_the_script_itself_ends_all_that_it_started()
    {
        using var deadline = Deadline.Start(300);
        await using var run = await StartAsync(deadline.Token);
        var processes = ProcessesBelow(run.Id);

        await run.KillAsync();

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (processes.Any(IsAlive))
            await timer.WaitForNextTickAsync(deadline.Token);
        Directory.Delete(Scratch().Match(run.Log).Value, recursive: true);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("10")]
    [InlineData("--nginx")]
    public async Task Wrong_argument_is_refused_with_a_sentence(string argument)
    {
        using var process = Process.Start(new ProcessStartInfo(RepositoryFile.PathOf("run"), ["cluster", argument]) { UseShellExecute = false, RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, process.ExitCode);
        Assert.Contains($"not '{argument}'", said, StringComparison.Ordinal);
    }

    private static async Task<ServerProcess> StartAsync(CancellationToken cancellationToken)
    {
        var run = await ServerProcess.StartAsync(RepositoryFile.PathOf("run"), ["cluster", "2"], "Ctrl-C drains all and stops", cancellationToken);
        try
        {
            await run.WaitForLineAsync("shards moved", cancellationToken);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>nats-server, redis-server, two nodes and who watches them; nginx where there is one.</summary>
    private static List<int> ProcessesBelow(int id)
    {
        var found = Directory.EnumerateDirectories("/proc").Select(static folder => Path.GetFileName(folder)).Where(static name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
            .Where(name => ParentOf(name) == id).Select(static name => int.Parse(name, CultureInfo.InvariantCulture)).ToList();
        Assert.InRange(found.Count, 5, 6);
        return found;
    }

    // proc(5): number (name) state parent ...; the name may hold anything, so from its end.
    private static int? ParentOf(string process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // It has ended meanwhile.
        }
    }

    private static void AssertGone(IEnumerable<int> processes) => Assert.DoesNotContain(processes, IsAlive);

    // One that has ended and was not yet taken note of by whoever inherited it runs no more.
    private static bool IsAlive(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task SignalAsync(string name, string process)
    {
        using var kill = Process.Start("kill", ["-" + name, process]);
        await kill.WaitForExitAsync();
    }

    [GeneratedRegex(@"^(?<name>node1)\s.*process (?<id>\d+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex NodeLine();

    [GeneratedRegex(@"/\S*/gateway-cluster\.\w+", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Scratch();
}
