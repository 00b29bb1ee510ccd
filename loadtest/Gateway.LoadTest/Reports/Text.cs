using System.Globalization;

namespace Gateway.LoadTest.Reports;

/// <summary>Numbers as people read them.</summary>
internal static class Text
{
    /// <summary>Three significant digits with a fitting unit.</summary>
    public static string Duration(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:0} ns"),
        < 1e6 => Digits(nanoseconds / 1e3) + " µs",
        < 1e9 => Digits(nanoseconds / 1e6) + " ms",
        _ => Digits(nanoseconds / 1e9) + " s",
    };

    public static string Bytes(double bytes) => Math.Abs(bytes) switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} B"),
        < 1024 * 1024 => Digits(bytes / 1024) + " KiB",
        < 1024.0 * 1024 * 1024 => Digits(bytes / (1024 * 1024)) + " MiB",
        _ => Digits(bytes / (1024.0 * 1024 * 1024)) + " GiB",
    };

    public static string Count(double count) => Math.Abs(count) >= 100 || count.Equals(Math.Floor(count))
        ? count.ToString("N0", CultureInfo.InvariantCulture)
        : count.ToString("0.##", CultureInfo.InvariantCulture);

    public static string Of(Figure figure) => figure.Unit switch
    {
        "bytes" => Bytes(figure.Value),
        "ns" => Duration(figure.Value),
        "%" => string.Create(CultureInfo.InvariantCulture, $"{figure.Value:0.##} %"),
        "cores" => string.Create(CultureInfo.InvariantCulture, $"{figure.Value:0.000}"),
        _ => Count(figure.Value),
    };

    private static string Digits(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
