using Gateway.Protocol.Frames;
using Gateway.Server.Connections.Limiting;

namespace Gateway.Server.Connections;

internal sealed partial class Session
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    // Where somebody shed is sent: back here, but not at once and not all together.
    private const int LeastShedMilliseconds = 5_000;
    private const int MostShedMilliseconds = 15_000;

    // By scope and kind, ready to be sent: a flood of refusals must not be one of garbage.
    private static readonly byte[][] RateSentences =
    [
        .. from scope in (string[])["this connection", "this user", "this address"]
           from kind in (string[])["messages", "bytes", "joins"]
           select System.Text.Encoding.UTF8.GetBytes($"too many {kind} a second from {scope}"),
    ];

    private static readonly LimitName[] RateLimits =
    [
        LimitName.MessagesPerSecond, LimitName.BytesPerSecond, LimitName.JoinsPerSecond,
        LimitName.MessagesPerSecondPerUser, LimitName.BytesPerSecondPerUser, LimitName.JoinsPerSecondPerUser,
        LimitName.MessagesPerSecondPerAddress, LimitName.BytesPerSecondPerAddress, LimitName.JoinsPerSecondPerAddress,
    ];

    private ConnectionRates? _rates;
    private UserUse? _user;

    // In units of 1,024 ms, so that it takes half the place.
    private int _lastSpoke;

    public bool IsAnonymous => _stage == Stage.Ready && _identity is null;

    /// <summary>When the client last sent a message, in lane milliseconds, up to a second too early.</summary>
    public long LastSpoke => (long)_lastSpoke << 10;

    /// <summary>Gives the connection's buckets back when they are full.</summary>
    /// <returns>True when it holds none now.</returns>
    public bool TryGiveBack(long now)
    {
        if (_rates is { } rates && rates.IsFull(now))
        {
            ReturnRates();
        }

        return _rates is null;
    }

    /// <summary>Sends an anonymous connection away because the node is short of something.</summary>
    public void Shed()
    {
        const string Reason = "the node sheds idle connections";
        WriteGoAway(GatewayCloseCode.Overloaded, new GoAwayNotice(Reason, Random.Shared.Next(LeastShedMilliseconds, MostShedMilliseconds), Url: null));
        _connection.Close((ushort)GatewayCloseCode.Overloaded, Reason);
    }

    /// <summary>Takes a frame from every bucket it counts for, or refuses it.</summary>
    /// <remarks>Hot path: once for each frame.</remarks>
    private bool TryTake(in RawFrame frame)
    {
        var limits = _services.Live.Current;
        var (now, bytes, isJoin) = (Lane.Nanoseconds, frame.Raw.Length, frame.Op == (int)Op.Join);
        var scope = RateScope.Connection;
        var wait = (_rates ??= _connection.Home.Rates.Lend(this)).Take(limits.PerConnection, now, bytes, isJoin, out var kind);
        if (wait == 0 && _user is { } user)
        {
            scope = RateScope.User;
            wait = user.Take(limits.PerUser, now, bytes, isJoin, out kind);
        }

        if (wait == 0)
        {
            scope = RateScope.Address;
            wait = _connection.Info.Address.Take(limits.PerAddress, now, bytes, isJoin, out kind);
        }

        if (wait == 0)
        {
            return true;
        }

        RefuseForRate(frame, scope, kind, wait);
        return false;
    }

    private void RefuseForRate(in RawFrame frame, RateScope scope, RateKind kind, long wait)
    {
        var index = ((int)scope * 3) + (int)kind;
        var use = _connection.Home.Counters.Limits;
        use.Hit(RateLimits[index]);
        var milliseconds = (wait + NanosecondsPerMillisecond - 1) / NanosecondsPerMillisecond;
        Error(frame.TryPeekId(out var id) ? id : 0, ErrorCode.RateLimited, RateSentences[index], (int)Math.Min(milliseconds, int.MaxValue));
        if (_rates!.Refused(Lane.Nanoseconds) >= (long)_services.Limits.RateTolerance.TotalNanoseconds)
        {
            use.Hit(LimitName.RateTolerance);
            _connection.Close((ushort)GatewayCloseCode.RateLimited, "it went on after being limited again and again");
        }
    }

    private void ReturnRates()
    {
        if (_rates is { } rates)
        {
            _rates = null;
            _connection.Home.Rates.TakeBack(rates);
        }
    }
}
