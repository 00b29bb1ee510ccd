using System.Collections.Concurrent;
using System.Text;
using Gateway.EndToEnd.Tests.Support;
using Gateway.Protocol.Tests.WebSockets.Conformance;

namespace Gateway.EndToEnd.Tests.WebSockets;

/// <summary>The table of opening handshakes against the real server, every row whole and cut at awkward places.</summary>
public sealed class HandshakeTests(TestServers servers)
{
    private const int MaxConcurrent = 64;

    [Fact]
    public async Task Every_row_is_answered_as_the_table_says_however_it_is_cut()
    {
        Assert.True(HandshakeCases.All.Count > 150);
        using var deadline = Deadline.Start();
        var server = await servers.PlainAsync();
        var runs = HandshakeCases.All.SelectMany(row => Cuts.Of(Encoding.Latin1.GetBytes(row.Request)).Select(cuts => (Row: row, cuts.Name, cuts.Pieces)));
        var differences = new ConcurrentQueue<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrent, CancellationToken = deadline.Token };
        await Parallel.ForEachAsync(runs, options, async (run, cancellationToken) =>
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(60));
            string? difference;
            try
            {
                difference = await FindDifferenceAsync(server, run.Row, run.Pieces, patience.Token);
            }
            catch (Exception e) when (e is IOException or InvalidDataException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                difference = e.Message;
            }

            if (difference is not null)
                differences.Enqueue($"{run.Row}, {run.Name}: {difference}");
        });
        Assert.True(differences.IsEmpty, string.Join('\n', differences.Order(StringComparer.Ordinal).Take(50)));
    }

    private static async Task<string?> FindDifferenceAsync(GatewayProcess server, HandshakeCase row, byte[][] pieces, CancellationToken cancellationToken)
    {
        await using var socket = await RawSocket.ConnectAsync(server, cancellationToken);
        await socket.SendInPiecesAsync(pieces, cancellationToken);
        switch (row.Verdict)
        {
            case HandshakeVerdict.Upgraded:
                return await CompareUpgradeAsync(socket, row, cancellationToken);
            case HandshakeVerdict.Refused:
                return await CompareRefusalAsync(socket, row, cancellationToken);
            case HandshakeVerdict.Waiting:
                // Nothing was decided if the rest still makes it a good request.
                await socket.SendAsync(HandshakeCases.Request()[row.Request.Length..], cancellationToken);
                return await CompareUpgradeAsync(socket, row, cancellationToken);
            default:
                // The end of what we send lets HTTP give up on a request that is none.
                await socket.EndSendingAsync();
                var head = await socket.ReadHeadAsync(cancellationToken);
                return head?.StartsWith("HTTP/1.1 101", StringComparison.Ordinal) == true ? "upgraded" : null;
        }
    }

    private static async Task<string?> CompareUpgradeAsync(RawSocket socket, HandshakeCase row, CancellationToken cancellationToken)
    {
        var head = await socket.ReadHeadAsync(cancellationToken);
        if (head?.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal) != true)
            return $"'{head}' instead of 101";
        if (HeaderOf(head, "Upgrade") != "websocket" || HeaderOf(head, "Connection") != "Upgrade" || HeaderOf(head, "Sec-WebSocket-Accept") != HandshakeCases.Accept)
            return $"an incomplete 101: {head}";
        if (HeaderOf(head, "Sec-WebSocket-Extensions") != row.Extensions)
            return $"extensions '{HeaderOf(head, "Sec-WebSocket-Extensions")}' instead of '{row.Extensions}'";
        if (HeaderOf(head, "Sec-WebSocket-Protocol") is { } protocol)
            return $"subprotocol '{protocol}', which nobody offered";

        await socket.SendAsync(ClientFrames.Ping("after"), cancellationToken);
        var pong = await socket.ReadFrameAsync(cancellationToken);
        return pong is { Opcode: WireFrame.Pong } && pong.Payload.AsSpan().SequenceEqual("after"u8) ? null : "the upgraded connection does not answer";
    }

    private static async Task<string?> CompareRefusalAsync(RawSocket socket, HandshakeCase row, CancellationToken cancellationToken)
    {
        var head = await socket.ReadHeadAsync(cancellationToken);
        if (head?.StartsWith($"HTTP/1.1 {row.Status} ", StringComparison.Ordinal) != true)
            return $"'{head}' instead of {row.Status}";
        if (row.Status == 426 && HeaderOf(head, "Sec-WebSocket-Version") != "13")
            return $"426 without the version: {head}";
        if (HeaderOf(head, "Connection")?.Contains("close", StringComparison.OrdinalIgnoreCase) != true)
            return $"a refusal that does not say it closes: {head}";

        await socket.EndSendingAsync();
        await socket.DrainAsync(cancellationToken);
        return null;
    }

    private static string? HeaderOf(string head, string name)
    {
        var line = head.Split("\r\n").FirstOrDefault(each => each.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        return line?[(name.Length + 1)..].Trim();
    }
}
