namespace Gateway.Server.Operations.Health;

/// <summary><c>--health</c>: asks a running node how it is, so that a container's health check needs no further program. Exits with 0 when it is well, with 1 when it is not or does not answer.</summary>
internal static class HealthProbe
{
    // Below what a container's health check waits (10 s in our Dockerfile), so that the sentence comes before the kill.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <param name="target">Null or <c>live</c>, <c>ready</c>, or a URL.</param>
    /// <param name="node">How the node on this machine is configured.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="StartRefusedException">It is not said whom to ask.</exception>
    public static async Task<int> RunAsync(string? target, NodeOptions node, CancellationToken cancellationToken)
    {
        var (url, isOwn) = Resolve(target, node);
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
#pragma warning disable CA5359 // The node of this machine, over an address that no certificate is for; nothing secret is said.
        if (isOwn)
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        using var http = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var response = await http.GetAsync(url, cancellationToken).ConfigureAwait(false);
            var report = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            await Console.Out.WriteLineAsync($"{(int)response.StatusCode} {report.Trim()}").ConfigureAwait(false);
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"gateway: {url} does not answer: {(e is TaskCanceledException ? $"nothing within {Patience.TotalSeconds:0} s" : e.Message)}").ConfigureAwait(false);
            return 1;
        }
    }

    /// <summary>Whom to ask, and whether that is the node which these settings are for.</summary>
    internal static (Uri Url, bool IsOwn) Resolve(string? target, NodeOptions node)
    {
        if (target is not (null or "live" or "ready"))
        {
            return Uri.TryCreate(target, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                ? (url, false)
                : throw new StartRefusedException($"--health takes 'live', 'ready' or a URL, not '{target}'.");
        }

        if (node.Port == 0)
            throw new StartRefusedException("--health does not know the port, which the node chooses itself (Gateway:Port is 0); give the whole URL.");
        var host = System.Net.IPAddress.TryParse(node.Address.Trim('[', ']'), out var address) && !address.Equals(System.Net.IPAddress.Any) && !address.Equals(System.Net.IPAddress.IPv6Any)
            ? address.ToString()
            : "127.0.0.1"; // What "localhost" and "*" both listen on.
        return (new UriBuilder(node.Tls.IsOn ? "https" : "http", host, node.Port, "/health/" + (target ?? "live")).Uri, true);
    }
}
