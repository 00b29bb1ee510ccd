using System.Globalization;
using Gateway.Server.Accounts;
using Gateway.Server.Accounts.Revocations;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gateway.Server.Storage.Redis;

/// <summary>Revocations for all nodes: kept until no token can be older, told over pub/sub, and read again by a node that was cut off from it.</summary>
/// <remarks>As a hosted service it listens; every answer about a token comes from Redis itself, so who listens late still lets nobody in.</remarks>
internal sealed partial class RedisRevocations(RedisConnection redis, IOptions<AccountsOptions> accounts, TimeProvider time, ILogger<RedisRevocations> logger) : IRevocations, IHostedService
{
    private const int CatchUpTries = 40;
    private static readonly TimeSpan CatchUpInterval = TimeSpan.FromMilliseconds(250);

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
        var answer = await redis.CallAsync("revoked", database => database.ExecuteAsync("MGET", Array.ConvertAll<RedisKey, object>(keys, static key => key)), redis.Options.OperationTimeout)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        if (answer.Result is not { } result)
            return RevocationStatus.Unavailable;

        var values = (RedisResult[])result!;
        var until = values[0].IsNull ? long.MinValue : (long)values[0];
        return identity.IssuedAt.ToUnixTimeMilliseconds() <= until || (values.Length > 1 && !values[1].IsNull) ? RevocationStatus.Revoked : RevocationStatus.Ok;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        redis.Restored += OnRestored;
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

    public Task StopAsync(CancellationToken cancellationToken)
    {
        redis.Restored -= OnRestored;
        return Task.CompletedTask;
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

    private void OnRestored() => _ = CatchUpAsync();

    // What was told while the channel was cut: all of the last hour, for telling twice does no harm.
    private async Task CatchUpAsync()
    {
        for (var i = 0; i < CatchUpTries; i++)
        {
            var answer = await redis.CallAsync("revoked-late", database => database.ExecuteAsync("ZRANGE", redis.Keys.LateRevocations, 0, -1), redis.Options.OperationTimeout)
                .ConfigureAwait(false);
            if (answer.Result is { } result)
            {
                foreach (var text in (string[])result!)
                    Tell(text);
                return;
            }

            // There are two connections, and this is the other one's news; or it is gone again, and there will be more.
            await Task.Delay(CatchUpInterval, time).ConfigureAwait(false);
        }
    }

    [LoggerMessage(6010, LogLevel.Warning, "Revocations cannot be heard yet")]
    private partial void LogNotHeard(Exception exception);
}
