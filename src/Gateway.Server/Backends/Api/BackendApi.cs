using System.Buffers;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Cluster.Asking;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Reach;
using Gateway.Server.Operations;
using Gateway.Server.Operations.Draining;
using Gateway.Server.Rooms;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Backends.Api;

/// <summary>What backends may ask and order, whichever way they came: of the whole cluster, whichever node takes it. Any thread; an expected failure is an answer.</summary>
/// <param name="asking">Null on a node that is alone.</param>
internal sealed class BackendApi(
    RoomSet rooms, ConnectionNode connections, Disconnections disconnections, NodeLifecycle lifecycle, IOptions<NodeOptions> node, IOptions<BackendsOptions> options, NodeAsking? asking = null)
{
    private static readonly byte[] Nil = [0xC0];

    /// <summary>Who is in a room.</summary>
    public async ValueTask<ApiAnswer> PresenceAsync(string room, ApiArguments arguments, CancellationToken cancellationToken)
    {
        if (rooms.Kinds.Of(room) is null)
            return ApiAnswer.Failed(ErrorCode.InvalidRoom);
        return await RoomQuestion.RosterAsync(rooms, room, arguments.Users).WaitAsync(cancellationToken) is { } roster
            ? ApiAnswer.Of(RoomAnswers.Presence(room, roster))
            : ApiAnswer.Failed(ErrorCode.Unavailable);
    }

    /// <summary>A page of a room's history.</summary>
    public async ValueTask<ApiAnswer> HistoryAsync(string room, ApiArguments arguments, CancellationToken cancellationToken)
    {
        if (rooms.Kinds.Of(room) is not { } kind)
            return ApiAnswer.Failed(ErrorCode.InvalidRoom);

        // Not given up half-way: the page's references must be returned.
        if (await RoomQuestion.ReadAsync(rooms, room, kind, arguments.After, arguments.Limit, options.Value.MaxHistoryBytes) is not { } page)
            return ApiAnswer.Failed(ErrorCode.Unavailable);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ApiAnswer.Of(RoomAnswers.History(room, arguments.After, page));
        }
        finally
        {
            page.Release();
        }
    }

    /// <summary>Where a room stands.</summary>
    public async ValueTask<ApiAnswer> RoomAsync(string room, CancellationToken cancellationToken)
    {
        if (rooms.Kinds.Of(room) is not { } kind)
            return ApiAnswer.Failed(ErrorCode.InvalidRoom);

        // Behind the head there is nothing, so this reads no message.
        if (await RoomQuestion.ReadAsync(rooms, room, kind, FrameLimits.MaxInteger, 1, 1) is not { } page)
            return ApiAnswer.Failed(ErrorCode.Unavailable);
        page.Release();
        return await RoomQuestion.RosterAsync(rooms, room, users: null).WaitAsync(cancellationToken) is { } roster
            ? ApiAnswer.Of(RoomAnswers.Room(room, kind, page, roster))
            : ApiAnswer.Failed(ErrorCode.Unavailable);
    }

    /// <summary>Ends all connections of a user, on all nodes. One without connections is no error: what was asked for is so.</summary>
    public async ValueTask<ApiAnswer> DisconnectUserAsync(string user, CancellationToken cancellationToken) =>
        Ended(await disconnections.UserAsync(user).WaitAsync(cancellationToken));

    /// <summary>Ends one connection, on whichever node it is.</summary>
    public async ValueTask<ApiAnswer> DisconnectConnectionAsync(string id, CancellationToken cancellationToken) =>
        Ended(await disconnections.ConnectionAsync(id).WaitAsync(cancellationToken));

    /// <summary><c>{nodes: [{node, version, state, connections, rooms}], complete}</c>: all nodes that have answered, in the order of their names.</summary>
    public async ValueTask<ApiAnswer> NodesAsync(CancellationToken cancellationToken)
    {
        var others = asking is null ? NodeAnswers.None : await asking.AskAsync(QuestionKind.Describe, Nil).WaitAsync(cancellationToken);
        var all = others.All.Select(static each => (each.Node.Name, Map: (ReadOnlyMemory<byte>)each.Answer)).Append((node.Value.Name, Map: Node().Value));
        var output = new ArrayBufferWriter<byte>();
        WriteNodes(output, [.. all.OrderBy(static each => each.Name, StringComparer.Ordinal)], others.IsComplete);
        return ApiAnswer.Of(output.WrittenMemory);
    }

    /// <summary><c>{node, version, state, connections, rooms}</c></summary>
    public ApiAnswer Node()
    {
        var roomCount = 0;
        foreach (var directory in rooms.Directories)
            roomCount += directory.Count;
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(5);
        writer.WriteStringUtf8("node"u8);
        writer.WriteString(node.Value.Name);
        writer.WriteStringUtf8("version"u8);
        writer.WriteString(NodeProcess.Version);
        writer.WriteStringUtf8("state"u8);
        writer.WriteString(lifecycle.State.ToString().ToLowerInvariant());
        writer.WriteStringUtf8("connections"u8);
        writer.WriteInt(connections.Sum(static lane => lane.Counters.Opened - lane.Counters.Closed));
        writer.WriteStringUtf8("rooms"u8);
        writer.WriteInt(roomCount);
        writer.Flush();
        return ApiAnswer.Of(output.WrittenMemory);
    }

    private static void WriteNodes(ArrayBufferWriter<byte> output, IReadOnlyList<(string Name, ReadOnlyMemory<byte> Map)> nodes, bool isComplete)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(2);
        writer.WriteStringUtf8("nodes"u8);
        writer.WriteArrayHeader(nodes.Count);
        foreach (var (_, map) in nodes)
            writer.WriteRaw(map.Span);
        writer.WriteStringUtf8("complete"u8);
        writer.WriteBoolean(isComplete);
        writer.Flush();
    }

    // {accepted, connections}
    private static ApiAnswer Ended(int? count)
    {
        if (count is null)
            return ApiAnswer.Failed(ErrorCode.Unavailable, "Not all nodes have answered: there may be connections left.");
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(2);
        writer.WriteStringUtf8("accepted"u8);
        writer.WriteBoolean(true);
        writer.WriteStringUtf8("connections"u8);
        writer.WriteInt(count.Value);
        writer.Flush();
        return ApiAnswer.Of(output.WrittenMemory);
    }
}
