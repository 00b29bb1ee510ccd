using System.Buffers;
using System.Text;
using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Accounts;
using Gateway.Server.Accounts.Revocations;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Connections;

/// <summary>
/// What one connection says and is told in the gateway's protocol (protocol/spec.md): hello and token, rooms, publishes, requests. Belongs to the connection's lane; <see cref="Post"/>
/// from anywhere.
/// </summary>
/// <remarks>
/// What takes time (a token check, an owner look-up, a request) runs elsewhere and comes back as a command; a session that has closed meanwhile ignores it.
/// Files: hello and token in Session.Hello, rooms in Session.Rooms and Session.Joined, what a room delivers in Session.Deliver, rates in Session.Rates, the
/// rest in Session.Requests.
/// </remarks>
internal sealed partial class Session : IConnectionHandler, ILaneWork, IMember, IPublisher, IHistoryReader, IRosterReader, IDirectSender
{
    public const int AdmittedCode = 1;
    public const int RefusedCode = 2;
    public const int DirectCode = 3;
    public const int SentCode = 4;
    public const int DisconnectCode = 5;
    public const int RevokedCode = 6;
    // Pages and rosters that are under way to one connection; each may be large.
    private const int MaxPendingReads = 16;

    private const int TokenCheckedCode = 7;
    private const int OwnerCheckedCode = 8;
    private const int PublishedCode = 9;
    private const int HistoryCode = 10;
    private const int RosterCode = 11;
    private const int AnsweredCode = 12;

    private readonly Connection _connection;
    private readonly SessionServices _services;
    private Stage _stage;
    private int _invalidCount;

    // Frames of a message that wait because a connection's answers are bounded: small frames may have large ones.
    private ReadOnlyMemory<byte> _held;
    private int _pendingReads;

    public Session(Connection connection, SessionServices services)
    {
        _connection = connection;
        _services = services;
    }

    private enum Stage : byte
    {
        /// <summary>Nothing has been said yet.</summary>
        Greeting,

        /// <summary>The token is being checked; frames behind the hello wait.</summary>
        Checking,
        Ready,
        Closed,
    }

    /// <summary>Null: not known yet, or anonymous.</summary>
    public string? UserId => _identity?.UserId;

    public WireEncoding Encoding => _connection.Encoding;

    public bool HasPlace => _connection.HasPlace;

    private Lane Lane => _connection.Lane;

    private bool IsBusy => _pendingReads >= MaxPendingReads || !_connection.HasPlace;

    private bool IsJson => Encoding is WireEncoding.Json or WireEncoding.JsonDeflate;

    /// <summary>Sends the session a command.</summary>
    public void Post(int code, object? argument = null, long number = 0) => Lane.Post(this, code, argument, number);

    /// <summary>Sends the session a command that adds load; refused when its lane has too many waiting.</summary>
    public bool TryPost(int code, object? argument) => Lane.TryPost(this, code, argument);

    public void OnOpened(Connection connection)
    {
        _lastSpoke = (int)(Lane.Now >> 10);
        connection.SetDeadline(Lane.Now + (long)_services.Limits.HelloTimeout.TotalMilliseconds);
    }

    public void OnMessage(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        _lastSpoke = (int)(Lane.Now >> 10);
        if ((opcode == Opcode.Text) != IsJson)
        {
            _connection.Close((ushort)CloseCode.UnsupportedData, IsJson ? "this subprotocol takes text messages" : "this subprotocol takes binary messages");
            return;
        }

        if (_stage == Stage.Checking)
        {
            Defer(payload);
            return;
        }

        if (IsJson)
        {
            OnJson(payload);
        }
        else
        {
            HandleOrHold(payload);
        }
    }

    public void Execute(int code, object? argument, long number)
    {
        if (code == HistoryCode)
        {
            OnHistory((HistoryRead)argument!);
        }
        else if (_stage == Stage.Closed)
        {
            (argument as PublishOutcome)?.Return();
        }
        else
        {
            switch (code)
            {
                case TokenCheckedCode:
                    OnTokenChecked((TokenCheck)argument!);
                    break;
                case AdmittedCode:
                    _user = (UserUse)argument!;
                    Welcome();
                    break;
                case RefusedCode:
                    Refuse(ErrorCode.RateLimited, "this user has as many connections as it may", GatewayCloseCode.Overloaded);
                    break;
                case OwnerCheckedCode:
                    OnOwnerChecked((OwnerCheck)argument!);
                    break;
                case PublishedCode:
                    OnOutcome((PublishOutcome)argument!);
                    break;
                case DirectCode:
                    OnDirect((byte[])argument!);
                    break;
                case SentCode:
                    OnSentResult((int)(number >> 32), (int)number);
                    break;
                case RosterCode:
                    OnRosterRead((RosterQuery)argument!);
                    break;
                case AnsweredCode:
                    OnAnswered((PendingRequest)argument!);
                    break;
                case RevokedCode:
                    OnRevoked((Revocation)argument!);
                    break;
                case DisconnectCode:
                    _connection.Close((ushort)GatewayCloseCode.Disconnected, "disconnected by an administrator");
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(code), code, "The session knows no such command.");
            }
        }
    }

    public void OnDeadline()
    {
        if (_stage is Stage.Greeting or Stage.Checking)
        {
            _connection.Home.Counters.Limits.Hit(LimitName.HelloTimeout);
            _connection.Close((ushort)GatewayCloseCode.HelloTimeout, "no hello in time");
        }
        else
        {
            OnTokenDeadline();
        }
    }

    public void OnClosed(CloseCause cause)
    {
        var stage = _stage;
        _stage = Stage.Closed;
        LeaveAll(dropped: !cause.IsGoodbye);
        _cancellation?.Cancel();
        _cancellation?.Dispose();
        _cancellation = null;
        _deferred = null;
        _held = default;
        ReturnRates();
        if (_isListed)
        {
            var users = _services.UsersOf(UserId!);
            users.Lane.Post(users, UserDirectory.RemoveCode, this);
        }

        Log.ConnectionClosed(_services.Log, _connection.Info.Id, UserId, cause.Code, cause.ByPeer, stage == Stage.Ready);
    }

    private void OnJson(ReadOnlySpan<byte> text)
    {
        var decoded = _connection.Home.Decoded;
        decoded.ResetWrittenCount();
        var status = _connection.Home.JsonFrames.ToMessagePack(text, decoded);
        HandleOrHold(decoded.WrittenSpan);
        if (status != JsonTranscodeStatus.Success)
        {
            Invalid(0, ErrorCode.Malformed, "the text is no JSON array, or not the whole of one");
        }
    }

    // What cannot be handled now waits, and nothing more is read until it has been.
    private void HandleOrHold(ReadOnlySpan<byte> frames)
    {
        var handled = OnFrames(frames);
        if (handled == frames.Length || !_connection.IsOpen)
        {
            return;
        }

        if (_stage == Stage.Checking)
        {
            // A hello was among the frames: what is behind it waits for the outcome.
            DeferFrames(frames[handled..]);
        }
        else
        {
            _held = frames[handled..].ToArray();
            _connection.HoldReading();
        }
    }

    /// <returns>How many bytes are done with: all, unless the rest has to wait.</returns>
    private int OnFrames(ReadOnlySpan<byte> frames)
    {
        var handled = 0;
        var reader = new FrameReader(frames, _services.Limits.MaxPayloadBytes);
        while (_connection.IsOpen && _stage != Stage.Checking && !IsBusy)
        {
            var status = reader.TryReadNext(out var frame);
            if (status == FrameReadStatus.End)
            {
                return frames.Length;
            }

            if (status == FrameReadStatus.Malformed)
            {
                Invalid(0, ErrorCode.Malformed, "the bytes are no frame");
                return frames.Length;
            }

            handled += frame.Raw.Length;
            _connection.Home.Flights?.Received(_connection, frame.Op, frame.Raw.Length);
            Handle(frame);
        }

        return handled;
    }

    private void Handle(in RawFrame frame)
    {
        if (_stage == Stage.Greeting && frame.Op is not (int)Op.Hello)
        {
            Invalid(frame.TryPeekId(out var early) ? early : 0, ErrorCode.HelloFirst, "hello must be the first frame");
            return;
        }

        if (frame.Op != (int)Op.Hello && !TryTake(frame))
        {
            return;
        }

        switch ((Op)frame.Op)
        {
            case Op.Hello:
                OnHello(frame);
                break;
            case Op.Auth:
                OnAuth(frame);
                break;
            case Op.Publish:
                OnPublish(frame);
                break;
            case Op.Join:
                OnJoin(frame);
                break;
            case Op.Leave:
                OnLeave(frame);
                break;
            case Op.Ping:
                OnPing(frame);
                break;
            case Op.Pong:
                break;
            case Op.Send:
                OnSend(frame);
                break;
            case Op.Request:
                OnRequest(frame);
                break;
            case Op.Presence:
                OnPresence(frame);
                break;
            case Op.State:
                OnState(frame);
                break;
            case Op.History:
                OnHistoryFrame(frame);
                break;
            case Op.Heads:
                OnHeads(frame);
                break;
            default:
                Invalid(frame.TryPeekId(out var id) ? id : 0, ErrorCode.UnknownOp, $"this server does not know op {frame.Op}");
                break;
        }
    }

    // A frame that is wrong in itself: answered, and too many that only a broken client sends (protocol/spec.md, 4003) end the connection.
    private void Invalid(int id, ErrorCode code, string sentence)
    {
        Error(id, code, sentence);
        if (code is not (ErrorCode.Malformed or ErrorCode.UnknownOp or ErrorCode.InvalidField))
        {
            return;
        }

        var use = _connection.Home.Counters.Limits;
        use.Raise(LimitName.MaxInvalidFrames, ++_invalidCount);
        if (_invalidCount > _services.Limits.MaxInvalidFrames)
        {
            use.Hit(LimitName.MaxInvalidFrames);
            _connection.Close((ushort)GatewayCloseCode.TooManyInvalidFrames, "too many invalid frames");
        }
    }

    private void InvalidField(in RawFrame frame, string name, ErrorCode code)
    {
        if (code == ErrorCode.TooLarge)
        {
            _connection.Home.Counters.Limits.Hit(LimitName.MaxPayloadBytes);
        }

        var sentence = code switch
        {
            ErrorCode.TooLarge => "the payload is over its limit",
            ErrorCode.InvalidRoom => "the room's name is ill-formed or its kind unknown",
            _ => $"a field of {name} is missing, of the wrong type, or outside its limits",
        };
        Invalid(frame.TryPeekId(out var id) ? id : 0, code, sentence);
    }

    private void Error(int id, ErrorCode code, string sentence) => Error(id, code, System.Text.Encoding.UTF8.GetBytes(sentence), retryAfter: null);

    private void Error(int id, ErrorCode code, ReadOnlySpan<byte> sentence, int? retryAfter)
    {
        _connection.Home.Counters.Errors++;
        var writer = new MessagePackWriter(_connection.Replies);
        new ErrorFrame
        {
            Id = id,
            Code = code,
            Sentence = sentence,
            RetryAfterMilliseconds = retryAfter,
        }.Write(ref writer);
        writer.Flush();
    }

    private void Ok(int id, long? value = null)
    {
        if (id == 0)
        {
            return;
        }

        var writer = new MessagePackWriter(_connection.Replies);
        writer.WriteArrayHeader(3);
        writer.WriteInt((int)Op.Ok);
        writer.WriteInt(id);
        if (value is { } number)
        {
            writer.WriteInt(number);
        }
        else
        {
            writer.WriteNil();
        }

        writer.Flush();
    }

    private void WriteEncoded(ReadOnlySpan<byte> frame) => _connection.Replies.Write(frame);

    private static string Text(ReadOnlySpan<byte> utf8) => System.Text.Encoding.UTF8.GetString(utf8);
}
