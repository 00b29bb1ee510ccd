using System.Globalization;

namespace Gateway.EndToEnd.Tests.Support;

/// <summary>What the server shows on /metrics.</summary>
internal static class Metrics
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    /// <param name="name">With its labels, if it has some.</param>
    public static async Task<double> ReadAsync(HttpClient http, string name, CancellationToken cancellationToken)
    {
        var text = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken);
        var line = text.Split('\n').FirstOrDefault(each => each.StartsWith(name + " ", StringComparison.Ordinal))
            ?? throw new InvalidDataException($"The server shows no metric {name}:\n{text}");
        return double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until a metric is as it should be; the caller's token is the deadline.</summary>
    public static async Task WaitAsync(HttpClient http, string name, Func<double, bool> condition, CancellationToken cancellationToken)
    {
        using var pace = new PeriodicTimer(Pace);
        var last = double.NaN;
        try
        {
            while (!condition(last = await ReadAsync(http, name, cancellationToken)))
                await pace.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"{name} was still {last}.", e);
        }
    }
}
