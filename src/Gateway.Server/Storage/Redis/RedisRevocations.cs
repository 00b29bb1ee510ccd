using System.Globalization;
using Gateway.Server.Accounts;
using Gateway.Server.Accounts.Revocations;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Server.Storage.Redis;

/// <summary>Revocations for all nodes: kept until no token can be older, told over pub/sub, and read again now and then in case a telling was lost.</summary>
/// <remarks>As a hosted service it listens; every answer about a token comes from Redis itself, so who listens late still lets nobody in.</remarks>
internal sealed partial class RedisRevocations(RedisConnection redis, IOptions<AccountsOptions> accounts, ILogger<RedisRevocations> logger) : IRevocations, IHostedService, IDisposable
{
    // Nobody says that nothing is heard: the server that this node listens to may hang, or be cut off from the one that was told.
    private static readonly TimeSpan CatchUpInterval = TimeSpan.FromSeconds(5);

    // By the clocks of two servers, one of which has taken over from the other.
    private const long OverlapMilliseconds = 10_000;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _wake = new(0);
    private Task _catchingUp = Task.CompletedTask;

    public event Action<Revocation>? Revoked;

    public async ValueTask<RevocationStatus> RevokeAsync(Revocation revocation, CancellationToken cancellationToken)
    {
        var text = Write(revocation);
        var key = revocation.UserId is { } user ? redis.Keys.RevokedUser(user) : redis.Keys.RevokedToken(revocation.TokenId!);
        var answer = await redis.EvaluateAsync(
            RedisScript.Revoke, [key, redis.Keys.LateRevocations],
            [revocation.IssuedUntil.ToUnixTimeMilliseconds(), (long)accounts.Value.RevocationLifetime.TotalMilliseconds, text, redis.Keys.RevocationChannel],
            redis.Options.OperationTimeout).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!answer.IsAnswered)
            return RevocationStatus.Unavailable;

        // Here at once, also while the channel is cut.
        Revoked?.Invoke(revocation);
        return RevocationStatus.Ok;
    }

    public async ValueTask<RevocationStatus> CheckAsync(Identity identity, CancellationToken cancellationToken)
    {
        RedisKey[] keys = identity.TokenId is { } token
            ? [redis.Keys.RevokedUser(identity.UserId), redis.Keys.RevokedToken(token)]
            : [redis.Keys.RevokedUser(identity.UserId)];
        var answer = await redis.ExecuteAsync("revoked", "MGET", Array.ConvertAll<RedisKey, object>(keys, static key => key)).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (answer.Result is not { } result)
            return RevocationStatus.Unavailable;

        var values = (RedisResult[])result!;
        var until = values[0].IsNull ? long.MinValue : (long)values[0];
        return identity.IssuedAt.ToUnixTimeMilliseconds() <= until || (values.Length > 1 && !values[1].IsNull) ? RevocationStatus.Revoked : RevocationStatus.Ok;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        redis.Restored += OnRestored;
        _catchingUp = CatchUpAsync();
        var subscriber = await redis.GetSubscriberAsync().ConfigureAwait(false);
        try
        {
            await subscriber.SubscribeAsync(redis.Keys.RevocationChannel, (_, text) => Tell(text)).ConfigureAwait(false);
        }
        catch (RedisException e)
        {
            // It subscribes when there is a connection; until then nobody is let in whose token cannot be checked.
            LogNotHeard(e);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        redis.Restored -= OnRestored;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _catchingUp.ConfigureAwait(false);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _wake.Dispose();
    }

    // u:{milliseconds}:{user} or t:{token}
    private static string Write(Revocation revocation) => revocation.UserId is { } user
        ? string.Create(CultureInfo.InvariantCulture, $"u:{revocation.IssuedUntil.ToUnixTimeMilliseconds()}:{user}")
        : "t:" + revocation.TokenId;

    private static Revocation? Read(string text)
    {
        if (text.StartsWith("t:", StringComparison.Ordinal))
            return Revocation.OfToken(text[2..]);
        var parts = text.Split(':', 3);
        return parts is ["u", var until, var user] && long.TryParse(until, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)
            ? Revocation.OfUser(user, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds))
            : null;
    }

    private void Tell(string? text)
    {
        if (text is not null && Read(text) is { } revocation)
            Revoked?.Invoke(revocation);
    }

    private void OnRestored() => _wake.Release();

    // What was revoked since the last time, and a little before it, but for what has been told from here; the first time all of the last hour.
    private async Task CatchUpAsync()
    {
        var told = new Dictionary<string, long>(StringComparer.Ordinal);
        try
        {
            for (var since = 0L; ;)
            {
                var answer = await redis.ExecuteAsync("revoked-late", "ZRANGEBYSCORE", redis.Keys.LateRevocations, since, "+inf", "WITHSCORES").ConfigureAwait(false);
                if (answer.Result is { } result)
                {
                    var late = (string[])result!;
                    for (var i = 0; i + 1 < late.Length; i += 2)
                    {
                        var at = long.Parse(late[i + 1], CultureInfo.InvariantCulture);
                        since = Math.Max(since, at - OverlapMilliseconds);
                        if (!told.TryGetValue(late[i], out var before) || before < at)
                        {
                            told[late[i]] = at;
                            Tell(late[i]);
                        }
                    }

                    // The others are not read again.
                    foreach (var (text, at) in told)
                    {
                        if (at < since)
                            told.Remove(text);
                    }
                }

                await _wake.WaitAsync(answer.IsAnswered ? CatchUpInterval : RetryInterval, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    [LoggerMessage(6010, LogLevel.Warning, "Revocations cannot be heard yet")]
    private partial void LogNotHeard(Exception exception);
}
