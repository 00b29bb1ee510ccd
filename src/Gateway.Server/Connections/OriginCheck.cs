namespace Gateway.Server.Connections;

/// <summary>Decides whether a page's origin may connect (RFC 6455 10.2).</summary>
internal static class OriginCheck
{
    /// <param name="origin">The Origin header; null: no browser.</param>
    /// <param name="host">The Host header.</param>
    public static bool IsAllowed(string? origin, string host, IEnumerable<string> allowed)
    {
        if (origin is null)
        {
            return true;
        }

        // The gateway's own page: same host and port. The scheme may differ behind a proxy that ends TLS.
        var mark = origin.IndexOf("://", StringComparison.Ordinal);
        if (mark > 0 && origin.AsSpan(mark + 3).Equals(host, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return allowed.Any(each => each == "*" || string.Equals(each, origin, StringComparison.OrdinalIgnoreCase));
    }
}
