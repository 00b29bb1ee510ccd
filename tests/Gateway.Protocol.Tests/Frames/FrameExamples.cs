using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;

namespace Gateway.Protocol.Tests.Frames;

/// <summary>At least one frame of every op, with its fields all different, and one with those left out that may be.</summary>
internal static class FrameExamples
{
    private const long Moment = 1_767_323_045_123; // 2026-01-02T03:04:05.123Z

    // {"x":1.5,"by":bin 0xCAFE}
    private static readonly byte[] Payload = Convert.FromHexString("82a178cb3ff8000000000000a26279c402cafe");

    private static readonly byte[] Members = FrameExample.Write((ref MessagePackWriter w) =>
    {
        w.WriteArrayHeader(2);
        new MemberItem { User = "ada"u8, Connections = 2, State = "typing"u8, Data = [0x81, 0xa1, (byte)'p', 3], Since = Moment }.Write(ref w);
        new MemberItem { User = "~c9"u8, Connections = 1, Since = Moment + 1 }.Write(ref w);
    });

    private static readonly byte[] Updated = FrameExample.Write((ref MessagePackWriter w) =>
    {
        w.WriteArrayHeader(1);
        new MemberItem { User = "eve"u8, Connections = 1, State = "active"u8, Since = Moment + 2 }.Write(ref w);
    });

    private static readonly byte[] Users = FrameExample.Write((ref MessagePackWriter w) =>
    {
        w.WriteArrayHeader(2);
        new UserItem("bob"u8).Write(ref w);
        new UserItem("cyd"u8).Write(ref w);
    });

    private static readonly byte[] Numbers = FrameExample.Write((ref MessagePackWriter w) =>
    {
        w.WriteArrayHeader(2);
        new NumberItem(3).Write(ref w);
        new NumberItem(300).Write(ref w);
    });

    private static readonly byte[] Positions = FrameExample.Write((ref MessagePackWriter w) =>
    {
        w.WriteArrayHeader(2);
        new PositionItem(3, 7, 41).Write(ref w);
        new PositionItem(300, 8, 0).Write(ref w);
    });

    private static readonly byte[] Entries = FrameExample.Write((ref MessagePackWriter w) =>
    {
        w.WriteArrayHeader(2);
        new EntryItem { Offset = 40, Event = "say"u8, Payload = [0xa2, (byte)'h', (byte)'i'], Sender = "ada"u8, Time = Moment }.Write(ref w);
        new EntryItem { Offset = 41, Event = ""u8, Payload = [0xc0], Time = Moment + 1 }.Write(ref w);
    });

    public static IReadOnlyList<FrameExample> All { get; } =
    [
        Of("hello with a token", Op.Hello, (ref MessagePackWriter w) =>
            new HelloFrame { Version = 1, Token = "e30.e30.c2ln"u8, Agent = "gateway-js/0.1.0"u8 }.Write(ref w)),
        Of("hello, anonymous", Op.Hello, (ref MessagePackWriter w) => new HelloFrame { Version = 1 }.Write(ref w)),
        Of("hello with a ticket", Op.Hello, (ref MessagePackWriter w) =>
            new HelloFrame { Version = 1, Token = "e30.e30.c2ln"u8, Ticket = "t-1"u8 }.Write(ref w)),
        Of("welcome", Op.Welcome, (ref MessagePackWriter w) => new WelcomeFrame
        {
            Version = 1,
            Connection = "c7"u8,
            User = "ada"u8,
            ExpiresAt = Moment + 3_600_000,
            HeartbeatMilliseconds = 30_000,
            Limits = new WelcomeLimits(1_048_576, 262_144, 100, 128),
            Time = Moment,
            Node = "n1"u8,
        }.Write(ref w)),
        Of("welcome, anonymous", Op.Welcome, (ref MessagePackWriter w) => new WelcomeFrame
        {
            Version = 1,
            Connection = "c9"u8,
            HeartbeatMilliseconds = 30_000,
            Limits = new WelcomeLimits(1_048_576, 262_144, 100, 128),
            Time = Moment,
            Node = "n1"u8,
        }.Write(ref w)),
        Of("auth", Op.Auth, (ref MessagePackWriter w) => new AuthFrame { Id = 1, Token = "e30.e31.c2ln"u8 }.Write(ref w)),
        Of("ok", Op.Ok, (ref MessagePackWriter w) => new OkFrame { Id = 4 }.Write(ref w)),
        Of("ok with a value", Op.Ok, (ref MessagePackWriter w) => new OkFrame { Id = 1, Value = Payload }.Write(ref w)),
        Of("join", Op.Join, (ref MessagePackWriter w) => new JoinFrame { Id = 2, Room = "chat:lobby"u8, Flags = JoinFlags.Presence }.Write(ref w)),
        Of("join, coming back", Op.Join, (ref MessagePackWriter w) =>
            new JoinFrame { Id = 2, Room = "chat:lobby"u8, Flags = JoinFlags.Presence | JoinFlags.Observer, Epoch = 7, Offset = 39 }.Write(ref w)),
        Of("join with a tail", Op.Join, (ref MessagePackWriter w) => new JoinFrame { Id = 2, Room = "job:17"u8, Tail = 20 }.Write(ref w)),
        Of("joined", Op.Joined, (ref MessagePackWriter w) => new JoinedFrame
        {
            Id = 2,
            Room = "chat:lobby"u8,
            Number = 3,
            Epoch = 7,
            Offset = 39,
            Head = 41,
            Recovered = true,
        }.Write(ref w)),
        Of("leave by number", Op.Leave, (ref MessagePackWriter w) => new LeaveFrame { Id = 5, Room = new RoomReference(3) }.Write(ref w)),
        Of("leave by name", Op.Leave, (ref MessagePackWriter w) => new LeaveFrame { Id = 5, Room = new RoomReference("chat:lobby"u8) }.Write(ref w)),
        Of("left", Op.Left, (ref MessagePackWriter w) =>
            new LeftFrame { Number = 3, Code = ErrorCode.Forbidden, Sentence = "You were removed."u8 }.Write(ref w)),
        Of("publish", Op.Publish, (ref MessagePackWriter w) =>
            new PublishFrame { Id = 6, Room = new RoomReference(3), Event = "say"u8, Payload = Payload }.Write(ref w)),
        Of("publish with an idempotency key", Op.Publish, (ref MessagePackWriter w) =>
            new PublishFrame { Id = 6, Room = new RoomReference("chat:lobby"u8), Event = "say"u8, Payload = [0xa2, (byte)'h', (byte)'i'], IdempotencyKey = "k-1"u8 }.Write(ref w)),
        Of("publish with a conflation key", Op.Publish, (ref MessagePackWriter w) =>
            new PublishFrame { Room = new RoomReference(3), Event = "cursor"u8, Payload = Payload, ConflationKey = "ada"u8 }.Write(ref w)),
        Of("publish of nothing", Op.Publish, (ref MessagePackWriter w) =>
            new PublishFrame { Id = 6, Room = new RoomReference(3) }.Write(ref w)),
        Of("ack", Op.Ack, (ref MessagePackWriter w) => new AckFrame { Id = 6, Epoch = 7, Offset = 42, Duplicate = true }.Write(ref w)),
        Of("message", Op.Message, (ref MessagePackWriter w) =>
            new MessageFrame { Number = 3, Offset = 42, Event = "say"u8, Payload = Payload, Sender = "ada"u8, Time = Moment }.Write(ref w)),
        Of("message, transient, of nobody", Op.Message, (ref MessagePackWriter w) =>
            new MessageFrame { Number = 3, Event = "cursor"u8, Payload = Payload, Time = Moment, ConflationKey = "ada"u8 }.Write(ref w)),
        Of("send", Op.Send, (ref MessagePackWriter w) =>
            new SendFrame { Id = 8, User = "bob"u8, Event = "poke"u8, Payload = Payload }.Write(ref w)),
        Of("direct", Op.Direct, (ref MessagePackWriter w) =>
            new DirectFrame { Sender = "ada"u8, Event = "poke"u8, Payload = Payload, Time = Moment }.Write(ref w)),
        Of("request", Op.Request, (ref MessagePackWriter w) =>
            new RequestFrame { Id = 9, Service = "search"u8, Method = "find"u8, Payload = Payload, TimeoutMilliseconds = 2_500 }.Write(ref w)),
        Of("request without a time-out", Op.Request, (ref MessagePackWriter w) =>
            new RequestFrame { Id = 9, Service = "search"u8, Method = "ping"u8 }.Write(ref w)),
        Of("reply", Op.Reply, (ref MessagePackWriter w) => new ReplyFrame { Id = 9, Payload = Payload }.Write(ref w)),
        Of("presence", Op.Presence, (ref MessagePackWriter w) => new PresenceFrame { Id = 10, Room = new RoomReference(3) }.Write(ref w)),
        Of("presence of users", Op.Presence, (ref MessagePackWriter w) => new PresenceFrame
        {
            Id = 10,
            Room = new RoomReference("chat:lobby"u8),
            Users = FrameLists.FromWritten<UserItem>(Users),
        }.Write(ref w)),
        Of("roster", Op.Roster, (ref MessagePackWriter w) => new RosterFrame
        {
            Id = 10,
            Number = 3,
            Count = 2,
            Members = FrameLists.FromWritten<MemberItem>(Members),
            Complete = true,
        }.Write(ref w)),
        Of("changes", Op.Changes, (ref MessagePackWriter w) => new ChangesFrame
        {
            Number = 3,
            Count = 5,
            Joined = FrameLists.FromWritten<MemberItem>(Members),
            Left = FrameLists.FromWritten<UserItem>(Users),
            Updated = FrameLists.FromWritten<MemberItem>(Updated),
        }.Write(ref w)),
        Of("changes, nobody came or went", Op.Changes, (ref MessagePackWriter w) =>
            new ChangesFrame { Number = 3, Count = 5, Updated = FrameLists.FromWritten<MemberItem>(Updated) }.Write(ref w)),
        Of("state", Op.State, (ref MessagePackWriter w) =>
            new StateFrame { Id = 11, Room = new RoomReference(3), State = "typing"u8, Data = [0x81, 0xa1, (byte)'p', 3] }.Write(ref w)),
        Of("state without data", Op.State, (ref MessagePackWriter w) =>
            new StateFrame { Room = new RoomReference(3), State = "active"u8 }.Write(ref w)),
        Of("history", Op.History, (ref MessagePackWriter w) =>
            new HistoryFrame { Id = 12, Room = new RoomReference(3), After = 39, Limit = 100 }.Write(ref w)),
        Of("page", Op.Page, (ref MessagePackWriter w) => new PageFrame
        {
            Id = 12,
            Epoch = 7,
            Head = 44,
            First = 1,
            Messages = FrameLists.FromWritten<EntryItem>(Entries),
            More = true,
        }.Write(ref w)),
        Of("page, empty", Op.Page, (ref MessagePackWriter w) => new PageFrame { Id = 12, Epoch = 7 }.Write(ref w)),
        Of("ping", Op.Ping, (ref MessagePackWriter w) => new PingFrame { Id = 13 }.Write(ref w)),
        Of("pong", Op.Pong, (ref MessagePackWriter w) => new PongFrame { Id = 13, Time = Moment }.Write(ref w)),
        Of("heads of all rooms", Op.Heads, (ref MessagePackWriter w) => new HeadsFrame { Id = 14 }.Write(ref w)),
        Of("heads", Op.Heads, (ref MessagePackWriter w) =>
            new HeadsFrame { Id = 14, Numbers = FrameLists.FromWritten<NumberItem>(Numbers) }.Write(ref w)),
        Of("positions", Op.Positions, (ref MessagePackWriter w) =>
            new PositionsFrame { Id = 14, Positions = FrameLists.FromWritten<PositionItem>(Positions) }.Write(ref w)),
        Of("lost", Op.Lost, (ref MessagePackWriter w) => new LostFrame { Number = 3, Count = 12, From = 30, To = 41 }.Write(ref w)),
        Of("goaway", Op.Goaway, (ref MessagePackWriter w) => new GoawayFrame
        {
            Code = GatewayCloseCode.GoingAway,
            Reason = "This node is being replaced."u8,
            AfterMilliseconds = 1_500,
            Url = "wss://b.example/ws"u8,
            Ticket = "t-1"u8,
        }.Write(ref w)),
        Of("goaway, same place", Op.Goaway, (ref MessagePackWriter w) =>
            new GoawayFrame { Code = GatewayCloseCode.GoingAway, Reason = ""u8, AfterMilliseconds = 0 }.Write(ref w)),
        Of("error", Op.Error, (ref MessagePackWriter w) =>
            new ErrorFrame { Id = 6, Code = ErrorCode.Forbidden, Sentence = "You may not publish here."u8 }.Write(ref w)),
        Of("error, come back", Op.Error, (ref MessagePackWriter w) => new ErrorFrame
        {
            Code = ErrorCode.RateLimited,
            Sentence = "Too much in too short a time."u8,
            RetryAfterMilliseconds = 750,
        }.Write(ref w)),
    ];

    private static FrameExample Of(string name, Op op, FrameExample.WriteFrame write) => FrameExample.Of(name, op, write);
}
