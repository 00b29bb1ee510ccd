using System.Collections.Concurrent;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Protocol.Tests.WebSockets.Conformance;

namespace Gateway.EndToEnd.Tests.WebSockets;

/// <summary>The frame layer's table against the real server on /echo, every row whole and cut at awkward places.</summary>
public sealed class ConformanceTests(TestServers servers)
{
    private const int MaxConcurrent = 64;

    // Rows of a megabyte are sent whole only: cuts in them show nothing that cuts in small ones do not.
    private const int MaxCutBytes = 300_000;

    [Fact]
    public async Task Every_row_is_answered_as_the_table_says_however_it_is_cut()
    {
        Assert.True(ConformanceCases.All.Count > 250);
        await RunAsync(await servers.PlainAsync(), ConformanceCases.All, cut: true);
    }

    [Fact]
    public async Task Every_third_row_is_answered_as_the_table_says_over_Tls() =>
        await RunAsync(await servers.TlsAsync(), [.. ConformanceCases.All.Where((_, index) => index % 3 == 0)], cut: false);

    [Fact]
    public async Task A_reaction_that_is_not_the_expected_one_is_noticed()
    {
        using var deadline = Deadline.Start();
        var server = await servers.PlainAsync();
        var text = ClientFrames.Text("a");
        foreach (var wrong in new[]
        {
            new ConformanceCase("", "another payload", text, Reaction.Open(Reaction.Text("b"))),
            new ConformanceCase("", "another kind", text, Reaction.Open(Reaction.Binary([97]))),
            new ConformanceCase("", "one message too many", ClientFrames.Join(text, text), Reaction.Open(Reaction.Text("a"))),
            new ConformanceCase("", "closed that stays open", ClientFrames.Join(text, text), Reaction.Closed(1002, Reaction.Text("a"))),
            new ConformanceCase("", "open that is closed", ClientFrames.Frame(3, "x"), Reaction.Open()),
            new ConformanceCase("", "another code", ClientFrames.Close(1000), Reaction.Closed(1001)),
        })
        {
            Assert.True(await FindDifferenceAsync(server, wrong, [wrong.ClientBytes], deadline.Token) is not null, wrong.Name);
        }
    }

    private static async Task RunAsync(GatewayProcess server, IReadOnlyList<ConformanceCase> rows, bool cut)
    {
        using var deadline = Deadline.Start();
        var runs = rows.SelectMany(row => (cut && row.ClientBytes.Length <= MaxCutBytes ? Cuts.Of(row.ClientBytes) : [("whole", [row.ClientBytes])])
            .Select(cuts => (Row: row, cuts.Name, cuts.Pieces)));
        var differences = new ConcurrentQueue<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrent, CancellationToken = deadline.Token };
        await Parallel.ForEachAsync(runs, options, async (run, cancellationToken) =>
        {
            if (await FindDifferenceAsync(server, run.Row, run.Pieces, cancellationToken) is { } difference)
                differences.Enqueue($"{run.Row}, {run.Name}: {difference}");
        });
        Assert.True(differences.IsEmpty, string.Join('\n', differences.Order(StringComparer.Ordinal).Take(50)));
    }

    private static async Task<string?> FindDifferenceAsync(GatewayProcess server, ConformanceCase row, byte[][] pieces, CancellationToken cancellationToken)
    {
        // A row of its own deadline, so that the one that hangs is named.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            return await ConformanceRun.FindDifferenceAsync(server, row, pieces, patience.Token);
        }
        catch (Exception e) when (e is IOException or InvalidDataException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return e.Message;
        }
    }
}
