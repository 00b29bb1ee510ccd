using Gateway.Server.Accounts.Revocations;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Connections.Reach;
using Gateway.Server.Lanes;

namespace Gateway.Server.Connections;

/// <summary>Which connections a user has on this node, for the users whose home is one lane. Belongs to that lane.</summary>
/// <remarks>A user is remembered until its buckets are full, so that leaving and coming again does not fill them.</remarks>
internal sealed class UserDirectory(Lane lane, LiveLimits live, IUserRelay relay) : ILaneWork
{
    public const int AddCode = 1;
    public const int RemoveCode = 2;
    public const int SendCode = 3;
    public const int DisconnectCode = 4;
    public const int RevokeCode = 5;
    public const int RenewedCode = 6;
    public const int RelayedCode = 7;

    // Each command looks at up to so many users that have left: as many as one can add, and one more, so that the list shrinks.
    private const int ForgottenPerCall = 2;

    // Longer than the check of a token may take.
    private const long RevokedMilliseconds = 60_000;
    private const int MaxLateRevocations = 1000;

    private readonly Dictionary<string, UserUse> _users = new(StringComparer.Ordinal);
    private readonly Queue<UserUse> _left = new();

    // A token may be checked before a revocation and its session listed after it: the late ones are told to those who come.
    private readonly Queue<(Revocation Revocation, long At)> _revoked = new();

    public Lane Lane { get; } = lane;

    /// <summary>Users with at least one connection; an estimate from other threads.</summary>
    public int Count => _users.Count;

    /// <summary>Users that have left and are to be forgotten.</summary>
    public int LeftCount => _left.Count;

    /// <summary>How often the limit of connections was met, and the most that one user had.</summary>
    public LimitUse Use { get; } = new();

    public void Execute(int code, object? argument, long number)
    {
        switch (code)
        {
            case AddCode:
                Add((Session)argument!);
                break;
            case RemoveCode:
                Remove((Session)argument!);
                break;
            case SendCode:
                Send((DirectMessage)argument!);
                break;
            case DisconnectCode:
                Disconnect((Disconnection)argument!);
                break;
            case RelayedCode:
                var relayed = (DirectMessage)argument!;
                relayed.Sender?.OnSent(relayed.Id, Deliver(relayed));
                break;
            case RevokeCode:
                Revoke((Revocation)argument!);
                break;
            case RenewedCode:
                TellRevoked((Session)argument!);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(code), code, "The directory knows no such command.");
        }
    }

    private void Add(Session session)
    {
        Forget();
        var user = session.UserId!;
        if (!_users.TryGetValue(user, out var use))
        {
            _users.Add(user, use = new UserUse(user));
        }

        if (use.Count >= live.Values.MaxConnectionsPerUser)
        {
            Use.Hit(LimitName.MaxConnectionsPerUser);
            session.Post(Session.RefusedCode);
            return;
        }

        use.Add(session);
        Use.Raise(LimitName.MaxConnectionsPerUser, use.Count);
        session.Post(Session.AdmittedCode, use);
        TellRevoked(session);
    }

    private void Remove(Session session)
    {
        if (_users.TryGetValue(session.UserId!, out var use) && use.Remove(session) && use.Count == 0)
        {
            ListLeft(use);
        }

        Forget();
    }

    // Those who left first come first. One whose buckets are not full yet goes to the end; one that came back is listed again when it leaves again.
    private void Forget()
    {
        for (var i = 0; i < ForgottenPerCall && _left.TryDequeue(out var use); i++)
        {
            use.IsListed = false;
            if (use.Count > 0)
            {
                continue;
            }

            if (use.FullAt > Lane.Nanoseconds)
            {
                ListLeft(use);
            }
            else
            {
                _users.Remove(use.User);
            }
        }
    }

    // Once: one that comes and goes all the time, so that its buckets are never full, would else be there once for each time.
    private void ListLeft(UserUse use)
    {
        if (!use.IsListed)
        {
            use.IsListed = true;
            _left.Enqueue(use);
        }
    }

    // All or nothing: what cannot reach the other nodes does not reach this one either, so that it can be sent again.
    private void Send(DirectMessage message)
    {
        if (relay.IsReachable)
        {
            relay.Send(message, Deliver(message));
        }
        else
        {
            message.Sender?.OnSent(message.Id, IDirectSender.Unavailable);
        }
    }

    private int Deliver(DirectMessage message)
    {
        var count = 0;
        if (_users.TryGetValue(message.User, out var use))
        {
            foreach (var session in use.Sessions)
            {
                count += session.TryPost(Session.DirectCode, message.Frame) ? 1 : 0;
            }
        }

        return count;
    }

    // Each session looks at its own token: it may have a fresh one. A revocation by token may be of any user.
    private void Revoke(Revocation revocation)
    {
        while (_revoked.TryPeek(out var oldest) && (oldest.At < Lane.Now - RevokedMilliseconds || _revoked.Count >= MaxLateRevocations))
        {
            _revoked.Dequeue();
        }

        _revoked.Enqueue((revocation, Lane.Now));
        if (revocation.UserId is { } user)
        {
            if (_users.TryGetValue(user, out var use))
            {
                Revoke(use, revocation);
            }

            return;
        }

        foreach (var use in _users.Values)
        {
            Revoke(use, revocation);
        }
    }

    private static void Revoke(UserUse use, Revocation revocation)
    {
        foreach (var session in use.Sessions)
        {
            if (session.Identity is { } identity && revocation.Covers(identity))
            {
                session.Post(Session.RevokedCode, revocation);
            }
        }
    }

    private void TellRevoked(Session session)
    {
        foreach (var (revocation, at) in _revoked)
        {
            if (at >= Lane.Now - RevokedMilliseconds && session.Identity is { } identity && revocation.Covers(identity))
            {
                session.Post(Session.RevokedCode, revocation);
            }
        }
    }

    private void Disconnect(Disconnection disconnection)
    {
        var count = 0;
        if (_users.TryGetValue(disconnection.User, out var use))
        {
            foreach (var session in use.Sessions)
            {
                session.Post(Session.DisconnectCode);
                count++;
            }
        }

        disconnection.Finish(count);
    }
}
