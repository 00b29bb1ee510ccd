using System.Text;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Cluster.Asking;

namespace Gateway.Server.Connections.Reach;

/// <summary>Ends connections here for another node.</summary>
internal sealed class DisconnectAnswerer : INodeAnswerer
{
    private readonly Func<string, Task<int>> _end;

    private DisconnectAnswerer(QuestionKind kind, Func<string, Task<int>> end)
    {
        Kind = kind;
        _end = end;
    }

    public QuestionKind Kind { get; }

    public static DisconnectAnswerer OfUsers(ConnectionNode node) => new(QuestionKind.DisconnectUser, node.DisconnectUserAsync);

    public static DisconnectAnswerer OfConnections(ConnectionNode node) => new(QuestionKind.DisconnectConnection, node.DisconnectConnectionAsync);

    // Ends with the lanes' answer, which comes as long as the lanes turn; after that nobody waits for it either.
    public void Take(ReadOnlySpan<byte> body, Question question)
    {
        if (new MessagePackReader(body).TryReadString(out var name))
            _ = AnswerAsync(Encoding.UTF8.GetString(name), question);
    }

    private async Task AnswerAsync(string name, Question question) => question.Reply(await _end(name).ConfigureAwait(false));
}
