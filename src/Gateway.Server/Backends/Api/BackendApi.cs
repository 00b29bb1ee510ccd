using System.Buffers;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Connections;
using Gateway.Server.Operations;
using Gateway.Server.Operations.Draining;
using Gateway.Server.Rooms;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Backends.Api;

/// <summary>What backends may ask and order, whichever way they came. Any thread; an expected failure is an answer.</summary>
internal sealed class BackendApi(RoomSet rooms, ConnectionNode connections, NodeLifecycle lifecycle, IOptions<NodeOptions> node, IOptions<BackendsOptions> options)
{
    private static readonly ReadOnlyMemory<byte> Accepted = WriteAccepted();

    /// <summary>Who is in a room.</summary>
    public async ValueTask<ApiAnswer> PresenceAsync(string room, ApiArguments arguments, CancellationToken cancellationToken)
    {
        if (rooms.Kinds.Of(room) is null)
            return ApiAnswer.Failed(ErrorCode.InvalidRoom);
        var roster = await RoomQuestion.RosterAsync(rooms, room, arguments.Users).WaitAsync(cancellationToken);
        return ApiAnswer.Of(RoomAnswers.Presence(room, roster));
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
        var roster = await RoomQuestion.RosterAsync(rooms, room, users: null).WaitAsync(cancellationToken);
        return ApiAnswer.Of(RoomAnswers.Room(room, kind, page, roster));
    }

    /// <summary>Ends all connections of a user. One without connections is no error: what was asked for is so.</summary>
    public ApiAnswer DisconnectUser(string user)
    {
        connections.DisconnectUser(user);
        return ApiAnswer.Of(Accepted);
    }

    /// <summary>Ends one connection.</summary>
    public ApiAnswer DisconnectConnection(string id)
    {
        connections.DisconnectConnection(id);
        return ApiAnswer.Of(Accepted);
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

    private static ReadOnlyMemory<byte> WriteAccepted()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(1);
        writer.WriteStringUtf8("accepted"u8);
        writer.WriteBoolean(true);
        writer.Flush();
        return output.WrittenMemory;
    }
}
