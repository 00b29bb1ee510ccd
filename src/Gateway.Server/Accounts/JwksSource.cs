using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Server.Accounts;

/// <summary>Reads the key set from its file or address, within bounds of time and size.</summary>
internal sealed partial class JwksSource(IOptions<AccountsOptions> options, TimeProvider time, ILogger<JwksSource> logger) : IDisposable
{
    private readonly JwksOptions _options = options.Value.Jwks;

    // No redirects: an open redirect on the provider's host would choose our keys.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Null when it could not be had; the reason is in the log.</summary>
    public async Task<IReadOnlyList<JsonWebKey>?> LoadAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var json = string.IsNullOrWhiteSpace(_options.File)
                ? await FetchAsync(_options.Url!, either.Token)
                : await ReadAsync(_options.File, either.Token);
            var keys = new JsonWebKeySet(json).Keys;
            return keys.Count > 0 ? [.. keys] : Failed("it has no keys", null);
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested)
        {
            return Failed($"no answer within {_options.Timeout}", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UnauthorizedAccessException or ArgumentException or System.Text.Json.JsonException)
        {
            return Failed(exception.Message, exception);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> FetchAsync(string url, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri(url), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await ReadBoundedAsync(body, cancellationToken);
    }

    private async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return await ReadBoundedAsync(file, cancellationToken);
    }

    private async Task<string> ReadBoundedAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var buffer = new byte[8192];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (text.Length + count > _options.MaxBytes)
                throw new IOException($"the key set has more than {_options.MaxBytes} bytes");

            text.Write(buffer, 0, count);
        }

        return System.Text.Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private IReadOnlyList<JsonWebKey>? Failed(string reason, Exception? exception)
    {
        LogFailed(logger, exception, reason);
        return null;
    }

    [LoggerMessage(3002, LogLevel.Warning, "The identity provider's keys could not be loaded: {Reason}. The last good ones stay in use")]
    private static partial void LogFailed(ILogger logger, Exception? exception, string reason);
}
