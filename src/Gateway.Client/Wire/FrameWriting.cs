using System.Buffers;
using System.Text;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Client.Wire;

/// <summary>The frames that a client sends, from the strings of the application.</summary>
internal static class FrameWriting
{
    private const int Version = 1;

    public static void Hello(ref MessagePackWriter writer, string? token, string? ticket, string? agent) =>
        new HelloFrame { Version = Version, Token = Utf8(token), Ticket = Utf8(ticket), Agent = Utf8(agent) }.Write(ref writer);

    public static void Auth(ref MessagePackWriter writer, int id, string token) => new AuthFrame { Id = id, Token = Utf8(token) }.Write(ref writer);

    public static void Join(ref MessagePackWriter writer, int id, string room, JoinOptions options, RoomPosition? from) => new JoinFrame
    {
        Id = id,
        Room = Utf8(room),
        Flags = (options.Presence ? JoinFlags.Presence : JoinFlags.None) | (options.Observer ? JoinFlags.Observer : JoinFlags.None),
        Epoch = from?.Epoch,
        Offset = from?.Offset,
        Tail = from is null && options.Tail > 0 ? options.Tail : null,
    }.Write(ref writer);

    public static void Leave(ref MessagePackWriter writer, int id, string room) => new LeaveFrame { Id = id, Room = Room(room) }.Write(ref writer);

    public static void Publish(
        ref MessagePackWriter writer, int id, string room, string eventName, ReadOnlySpan<byte> payload, string? idempotencyKey, string? conflationKey) =>
        new PublishFrame
        {
            Id = id,
            Room = Room(room),
            Event = Utf8(eventName),
            Payload = payload,
            IdempotencyKey = Utf8(idempotencyKey),
            ConflationKey = Utf8(conflationKey),
        }.Write(ref writer);

    public static void Send(ref MessagePackWriter writer, int id, string user, string eventName, ReadOnlySpan<byte> payload) =>
        new SendFrame { Id = id, User = Utf8(user), Event = Utf8(eventName), Payload = payload }.Write(ref writer);

    public static void Request(ref MessagePackWriter writer, int id, string service, string method, ReadOnlySpan<byte> payload, int timeoutMs) =>
        new RequestFrame { Id = id, Service = Utf8(service), Method = Utf8(method), Payload = payload, TimeoutMilliseconds = timeoutMs }.Write(ref writer);

    public static void Presence(ref MessagePackWriter writer, int id, string room, IReadOnlyCollection<string>? users) =>
        new PresenceFrame { Id = id, Room = Room(room), Users = Users(users) }.Write(ref writer);

    public static void State(ref MessagePackWriter writer, int id, string room, string state, ReadOnlySpan<byte> data) =>
        new StateFrame { Id = id, Room = Room(room), State = Utf8(state), Data = data }.Write(ref writer);

    public static void History(ref MessagePackWriter writer, int id, string room, long after, int limit) =>
        new HistoryFrame { Id = id, Room = Room(room), After = after, Limit = limit }.Write(ref writer);

    public static void Ping(ref MessagePackWriter writer, int id) => new PingFrame { Id = id }.Write(ref writer);

    public static void Pong(ref MessagePackWriter writer, int id, long time) => new PongFrame { Id = id, Time = time }.Write(ref writer);

    /// <summary>Of all joined rooms.</summary>
    public static void Heads(ref MessagePackWriter writer, int id) => new HeadsFrame { Id = id }.Write(ref writer);

    private static RoomReference Room(string name) => new(Utf8(name));

    private static ReadOnlySpan<byte> Utf8(string? text) => text is null ? default : Encoding.UTF8.GetBytes(text);

    private static FrameList<UserItem> Users(IReadOnlyCollection<string>? users)
    {
        if (users is null)
            return default;
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(users.Count);
        foreach (var user in users)
            new UserItem(Utf8(user)).Write(ref writer);
        writer.Flush();
        return FrameLists.FromWritten<UserItem>(output.WrittenSpan);
    }
}
