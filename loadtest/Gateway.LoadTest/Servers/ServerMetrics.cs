using System.Globalization;

namespace Gateway.LoadTest.Servers;

/// <summary>A gateway's <c>/metrics</c>.</summary>
internal static class ServerMetrics
{
#pragma warning disable CA5359 // A gateway that is loaded has whatever certificate it has, as for the load itself.
    private static readonly HttpClient Http = new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true } });
#pragma warning restore CA5359

    /// <summary>The sum of all series of a name whose labels contain a text; 0 when there is none.</summary>
    public static async Task<double> SumAsync(Uri gateway, string name, string label, CancellationToken cancellationToken)
    {
        var text = await Http.GetStringAsync(new Uri(gateway, "/metrics"), cancellationToken);
        return text.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && (line[name.Length] is ' ' or '{') && line.Contains(label, StringComparison.Ordinal))
            .Sum(static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
