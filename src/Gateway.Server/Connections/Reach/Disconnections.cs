using System.Buffers;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Cluster.Asking;

namespace Gateway.Server.Connections.Reach;

/// <summary>Ends connections on all nodes. Any thread. May be repeated: a connection that is gone is no error.</summary>
/// <param name="node">This one.</param>
/// <param name="asking">Null on a node that is alone.</param>
internal sealed class Disconnections(ConnectionNode node, NodeAsking? asking)
{
    /// <summary>Ends all connections of a user.</summary>
    /// <returns>How many; null: not all nodes have answered, some may be left.</returns>
    public Task<int?> UserAsync(string user) => EndAsync(QuestionKind.DisconnectUser, user, node.DisconnectUserAsync(user));

    /// <summary>Ends one connection.</summary>
    /// <returns>How many; null: not all nodes have answered and none had it.</returns>
    public Task<int?> ConnectionAsync(string id) => EndAsync(QuestionKind.DisconnectConnection, id, node.DisconnectConnectionAsync(id));

    private async Task<int?> EndAsync(QuestionKind kind, string name, Task<int> here)
    {
        var others = asking is null ? NodeAnswers.None : await asking.AskAsync(kind, BodyOf(name)).ConfigureAwait(false);
        var count = await here.ConfigureAwait(false);
        foreach (var (_, answer) in others.All)
            count += new MessagePackReader(answer).TryReadInt32(out var there) ? there : 0;
        return others.IsComplete || (kind == QuestionKind.DisconnectConnection && count > 0) ? count : null;
    }

    private static ReadOnlySpan<byte> BodyOf(string name)
    {
        var body = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(body);
        writer.WriteString(name);
        writer.Flush();
        return body.WrittenSpan;
    }
}
