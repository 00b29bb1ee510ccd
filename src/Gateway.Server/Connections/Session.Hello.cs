using Gateway.Protocol.Frames;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Accounts;
using Gateway.Server.Accounts.Revocations;
using Gateway.Server.Accounts.Tickets;

namespace Gateway.Server.Connections;

internal sealed partial class Session
{
    private const int ProtocolVersion = 1;

    // What an array costs beside its bytes, so that many tiny messages are bounded like a few large ones.
    private const int DeferredOverheadBytes = 64;

    private Identity? _identity;
    private byte[] _sender = [];
    private bool _isListed;
    private bool _isTokenUnderWay;
    private Queue<byte[]>? _deferred;
    private int _deferredBytes;

    /// <summary>Null: not known yet, or anonymous. Replaced as a whole on the session's lane, with a fresh token.</summary>
    public Identity? Identity => _identity;

    private void OnHello(in RawFrame frame)
    {
        if (_stage != Stage.Greeting)
        {
            Invalid(0, ErrorCode.HelloFirst, "hello was said before");
            return;
        }

        if (!HelloFrame.TryRead(frame, out var hello, out var error))
        {
            InvalidField(frame, "hello", error);
            return;
        }

        if (hello.Version < ProtocolVersion)
        {
            Refuse(ErrorCode.UnsupportedVersion, $"this server speaks version {ProtocolVersion}", GatewayCloseCode.UnsupportedVersion);
            return;
        }

        var token = hello.Token.IsEmpty ? _connection.Info.Token : Text(hello.Token);
        var ticket = hello.Ticket.IsEmpty ? null : Text(hello.Ticket);
        if (token is not null || ticket is not null)
        {
            _stage = Stage.Checking;
            Check(new TokenCheck(token, id: null, ticket));
        }
        else if (_services.AllowAnonymous)
        {
            Welcome();
        }
        else
        {
            Refuse(ErrorCode.TokenInvalid, "a token is needed", GatewayCloseCode.AuthenticationFailed);
        }
    }

    private void OnAuth(in RawFrame frame)
    {
        if (!AuthFrame.TryRead(frame, out var auth, out var error))
        {
            InvalidField(frame, "auth", error);
            return;
        }

        if (_isTokenUnderWay)
        {
            Error(auth.Id, ErrorCode.RateLimited, "the token before is still being checked");
            return;
        }

        Check(new TokenCheck(Text(auth.Token), auth.Id));
    }

    // Verifying a signature takes tens of microseconds, fetching keys much longer: neither belongs on a lane.
    private void Check(TokenCheck check)
    {
        _isTokenUnderWay = true;
        ThreadPool.UnsafeQueueUserWorkItem(static state => _ = state.session.CheckAsync(state.check), (session: this, check), preferLocal: false);
    }

    // Always ends with a command to the session.
    private async Task CheckAsync(TokenCheck check)
    {
        try
        {
            if (check.Ticket is { } ticket)
            {
                check.Result = await _services.Tickets.RedeemAsync(ticket, CancellationToken.None).ConfigureAwait(false);
                check.IsOfTicket = check.Result.Status == TokenStatus.Valid || check.Token is null;
            }

            if (!check.IsOfTicket)
                check.Result = await _services.Tokens.ValidateAsync(check.Token!, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Log.TokenCheckFailed(_services.Log, e);
            check.Result = new TokenValidation(TokenStatus.Unavailable, null);
        }

        Post(TokenCheckedCode, check);
    }

    private void OnTokenChecked(TokenCheck check)
    {
        _isTokenUnderWay = false;
        var identity = check.Result.Identity;
        if (check.Result.Status != TokenStatus.Valid || identity is null)
        {
            OnBadToken(check);
            return;
        }

        if (check.IsHello)
        {
            if (check.IsOfTicket && ConnectTickets.IsOfAppointment(check.Ticket!))
            {
                _connection.Home.Counters.Appointed++;
                _connection.Home.Admission?.GiveBack(_connection.Info.Address);
            }

            _identity = identity;
            _sender = System.Text.Encoding.UTF8.GetBytes(identity.UserId);
            _isListed = true;
            var directory = _services.UsersOf(identity.UserId);
            directory.Lane.Post(directory, UserDirectory.AddCode, this);
            return;
        }

        if (!string.Equals(identity.UserId, UserId, StringComparison.Ordinal))
        {
            Error(check.Id, ErrorCode.TokenInvalid, "the token is of another subject");
            return;
        }

        _identity = identity;
        var users = _services.UsersOf(identity.UserId);
        users.Lane.Post(users, UserDirectory.RenewedCode, this);
        ArmTokenDeadline();
        Reevaluate();
        Ok(check.Id, ExpiryOf(identity));
    }

    // A session may have got a fresh token meanwhile.
    private void OnRevoked(Revocation revocation)
    {
        if (_identity is not null && revocation.Covers(_identity))
        {
            _connection.Close((ushort)GatewayCloseCode.AuthenticationFailed, "the token was revoked");
        }
    }

    private void OnBadToken(TokenCheck check)
    {
        var (code, sentence) = check.Result.Status switch
        {
            TokenStatus.Expired => (ErrorCode.TokenExpired, "the token has expired"),
            TokenStatus.Unavailable => (ErrorCode.Unavailable, "tokens cannot be checked at this moment"),
            _ when check.IsOfTicket => (ErrorCode.TokenInvalid, "the ticket is not valid, was used, or is too old"),
            _ => (ErrorCode.TokenInvalid, "the token is not valid"),
        };
        if (!check.IsHello)
        {
            Error(check.Id, code, sentence);
        }
        else
        {
            Refuse(code, sentence, code == ErrorCode.Unavailable ? GatewayCloseCode.Overloaded : GatewayCloseCode.AuthenticationFailed);
        }
    }

    private void Welcome()
    {
        _stage = Stage.Ready;
        _connection.SetDeadline(0);
        ArmTokenDeadline();
        var limits = _services.Limits;
        var writer = new MessagePackWriter(_connection.Replies);
        new WelcomeFrame
        {
            Version = ProtocolVersion,
            Connection = System.Text.Encoding.UTF8.GetBytes(_connection.Info.Id),
            User = _sender,
            ExpiresAt = _identity is null ? 0 : ExpiryOf(_identity),
            HeartbeatMilliseconds = (int)limits.HeartbeatInterval.TotalMilliseconds,
            Limits = new WelcomeLimits(limits.MaxMessageBytes, limits.MaxPayloadBytes, limits.MaxRooms, FrameLimits.MaxKeyBytes),
            Time = Lane.UnixNow,
            Node = System.Text.Encoding.UTF8.GetBytes(_services.NodeName),
        }.Write(ref writer);
        writer.Flush();
        HandleDeferred();
    }

    private void Refuse(ErrorCode code, string sentence, GatewayCloseCode close)
    {
        Error(0, code, sentence);
        _connection.Close((ushort)close, sentence);
    }

    private static long ExpiryOf(Identity identity) =>
        identity.ExpiresAt == DateTimeOffset.MaxValue ? 0 : identity.ExpiresAt.ToUnixTimeMilliseconds();

    private void ArmTokenDeadline()
    {
        var expiry = _identity is null ? 0 : ExpiryOf(_identity);
        // Beyond a day the deadline is looked at again each day: a clock may be set meanwhile.
        _connection.SetDeadline(expiry == 0 ? 0 : Lane.Now + Math.Clamp(expiry - Lane.UnixNow, 1, 86_400_000));
    }

    private void OnTokenDeadline()
    {
        if (_identity is not null && ExpiryOf(_identity) <= Lane.UnixNow)
        {
            _connection.Close((ushort)GatewayCloseCode.TokenExpired, "the token has expired");
        }
        else
        {
            ArmTokenDeadline();
        }
    }

    // What comes behind a hello while its token is checked is kept, up to one message's worth.
    private void Defer(ReadOnlySpan<byte> message)
    {
        if (IsJson)
        {
            var decoded = _connection.Home.Decoded;
            decoded.ResetWrittenCount();
            if (_connection.Home.JsonFrames.ToMessagePack(message, decoded) != JsonTranscodeStatus.Success)
            {
                Invalid(0, ErrorCode.Malformed, "the text is no JSON array, or not the whole of one");
            }

            DeferFrames(decoded.WrittenSpan);
        }
        else
        {
            DeferFrames(message);
        }
    }

    private void DeferFrames(ReadOnlySpan<byte> frames)
    {
        if (_deferredBytes + frames.Length + DeferredOverheadBytes > _services.Limits.MaxMessageBytes)
        {
            Refuse(ErrorCode.Overloaded, "too much was sent before the welcome", GatewayCloseCode.Overloaded);
            return;
        }

        _deferredBytes += frames.Length + DeferredOverheadBytes;
        (_deferred ??= new()).Enqueue(frames.ToArray());
    }

    private void HandleDeferred()
    {
        if (_stage != Stage.Ready)
        {
            return;
        }

        while (_connection.IsOpen && (!_held.IsEmpty || _deferred is { Count: > 0 }))
        {
            var frames = _held.IsEmpty ? _deferred!.Dequeue() : _held;
            _held = default;
            var handled = OnFrames(frames.Span);
            if (handled < frames.Length && _connection.IsOpen)
            {
                _held = frames[handled..];
                _connection.HoldReading();
                return;
            }
        }

        _deferred = null;
        _deferredBytes = 0;
        _connection.GoOnReading();
    }
}
