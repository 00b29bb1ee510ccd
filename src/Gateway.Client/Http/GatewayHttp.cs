using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gateway.Client.Http;

/// <summary>The HTTP side of a gateway: accounts and video jobs.</summary>
/// <remarks>Every method may be called from any thread, several at a time.</remarks>
public sealed class GatewayHttp : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>Makes the clients of one gateway.</summary>
    /// <param name="address">The gateway's address, for example <c>http://localhost:8080</c>.</param>
    /// <param name="options">Null takes the defaults.</param>
    public GatewayHttp(Uri address, GatewayHttpOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        Options = options ?? new GatewayHttpOptions();
        var handler = new SocketsHttpHandler
        {
            // A proxy between a program and its own machine is never meant.
            UseProxy = !address.IsLoopback,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (Options.CertificateValidation is { } validation)
            handler.SslOptions.RemoteCertificateValidationCallback = validation;
        // Time-outs are set call by call: a long upload is no slow one.
        _http = new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        Accounts = new AccountsClient(this);
        Jobs = new JobsClient(this);
    }

    /// <summary>Registering, signing in, tokens.</summary>
    public AccountsClient Accounts { get; }

    /// <summary>Uploads, jobs, results.</summary>
    public JobsClient Jobs { get; }

    internal GatewayHttpOptions Options { get; }

    /// <summary>The WebSocket address that belongs to this gateway, for <see cref="GatewayClientOptions.Endpoints"/>.</summary>
    public Uri WebSocketAddress => new UriBuilder(_http.BaseAddress!)
    {
        Scheme = _http.BaseAddress!.Scheme == Uri.UriSchemeHttps ? "wss" : "ws",
        Path = "/ws",
    }.Uri;

    /// <summary>Ends all connections.</summary>
    public void Dispose()
    {
        _http.Dispose();
        ((IDisposable)Accounts).Dispose();
    }

    /// <summary>Sends a request that is answered with JSON.</summary>
    internal async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, bool isSignedIn, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Options.Timeout, Options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null)
                request.Content = JsonContent.Create(body, body.GetType(), options: JsonSerializerOptions.Web);
            using var response = await SendAsync(request, isSignedIn, either.Token).ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.NoContent
                ? default!
                : await ReadAsync<T>(response, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GatewayHttpException($"{_http.BaseAddress} did not answer within {Options.Timeout.TotalSeconds} s.", innerException: exception);
        }
    }

    /// <summary>Sends a request and checks the answer's status; its body is not read yet.</summary>
    internal async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool isSignedIn, CancellationToken cancellationToken)
    {
        if (isSignedIn && await Accounts.GetTokenAsync(cancellationToken).ConfigureAwait(false) is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            throw new GatewayHttpException(
                $"{_http.BaseAddress} cannot be reached: {exception.InnerException?.Message ?? exception.Message}", innerException: exception);
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await ExplainAsync(response, cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web, cancellationToken).ConfigureAwait(false)
                ?? throw new JsonException("The body is null.");
        }
        catch (Exception exception) when (exception is JsonException or HttpRequestException or IOException)
        {
            throw new GatewayHttpException("The gateway's answer cannot be read.", (int)response.StatusCode, innerException: exception);
        }
    }

    private static async Task<GatewayHttpException> ExplainAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        ProblemBody? problem = null;
        try
        {
            problem = await response.Content.ReadFromJsonAsync<ProblemBody>(JsonSerializerOptions.Web, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is JsonException or HttpRequestException or IOException or InvalidOperationException)
        {
            // No problem document: a proxy's page, or the answer to HEAD. The status has to do.
        }

        var sentence = problem?.Detail ?? problem?.Title ?? $"The gateway answered {status} {response.ReasonPhrase}.";
        if (problem?.Errors is { Count: > 0 } errors)
            sentence += " " + string.Join(' ', errors.Select(field => $"{field.Key}: {string.Join(' ', field.Value)}"));
        return new GatewayHttpException(sentence, status, problem?.Code ?? "", problem?.Errors, response.Headers.RetryAfter?.Delta);
    }
}
