using Gateway.Client.Sessions;
using Gateway.Client.Wire;
using Gateway.Protocol.Frames;

namespace Gateway.Client.Connections;

/// <summary>Replaces the token of one connection before it expires, without ending the connection.</summary>
internal sealed class TokenRefresh(Session session, GatewayClientOptions options, LinkState state)
{
    // When the provider fails, this is how long until it is asked again; when the token runs out first, the gateway closes.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    // A provider that goes on giving the same old token is not asked without a pause.
    private static readonly TimeSpan MinWait = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Forever = TimeSpan.MaxValue;

    /// <summary>Runs from <c>welcome</c> to the end of the connection, or until the token needs no refresh.</summary>
    public async Task RunAsync(Task welcome, CancellationToken stop)
    {
        try
        {
            await welcome.WaitAsync(stop).ConfigureAwait(false);
            if (options.TokenProvider is not { } provider)
                return;
            var lifetime = state.TokenLifetime;
            while (lifetime is { } left && left != Forever)
            {
                await Task.Delay(WaitFor(left), options.TimeProvider, stop).ConfigureAwait(false);
                lifetime = await TryRefreshAsync(provider, stop).ConfigureAwait(false) ?? RetryDelay + RetryDelay;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The connection has ended.
        }
    }

    private TimeSpan WaitFor(TimeSpan lifetime)
    {
        var margin = options.TokenRefreshMargin < lifetime / 2 ? options.TokenRefreshMargin : lifetime / 2;
        var wait = lifetime - margin;
        var longest = TimeSpan.FromDays(30);
        return wait <= MinWait ? MinWait : wait < longest ? wait : longest;
    }

    /// <summary>The new token's life; null when there is none yet, which is reported and tried again.</summary>
    private async Task<TimeSpan?> TryRefreshAsync(Func<CancellationToken, ValueTask<string?>> provider, CancellationToken stop)
    {
        try
        {
            var token = await provider(stop).ConfigureAwait(false);
            if (token is null)
                return null;
            var expiresAt = await session.CallAsync<long>(
                (ref writer, id) => FrameWriting.Auth(ref writer, id, token), Op.Ok, Answers.TryReadNumber,
                isRepeatable: false, options.CallTimeout, stop).ConfigureAwait(false);
            if (expiresAt == 0)
                return Forever;
            var serverNow = options.TimeProvider.GetUtcNow() + state.ServerClockAhead;
            return DateTimeOffset.FromUnixTimeMilliseconds(expiresAt) - serverNow;
        }
#pragma warning disable CA1031 // Whatever the application's provider throws: the connection goes on until the token expires.
        catch (Exception exception) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            session.ErrorSink?.Invoke(exception);
            return null;
        }
    }
}
