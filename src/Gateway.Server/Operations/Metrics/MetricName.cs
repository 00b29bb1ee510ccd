using System.Text;

namespace Gateway.Server.Operations.Metrics;

/// <summary>Names and units as Prometheus wants them: base units, the unit at the end of the name.</summary>
internal static class MetricName
{
    /// <summary>The exposed name without <c>_total</c>, and what a measurement is multiplied by to be in the base unit.</summary>
    public static (string Name, double Scale) Of(string instrument, string? unit)
    {
        var (suffix, scale) = UnitOf(unit);
        var name = Sanitise(instrument, allowColon: true);
        if (name.EndsWith("_total", StringComparison.Ordinal))
            name = name[..^"_total".Length];
        return (suffix.Length == 0 || name.EndsWith("_" + suffix, StringComparison.Ordinal) ? name : $"{name}_{suffix}", scale);
    }

    /// <summary>Letters, digits and underscores, no digit first, no two underscores in a row (double ones are Prometheus' own).</summary>
    public static string Sanitise(string name, bool allowColon)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            var isAllowed = char.IsAsciiLetterOrDigit(c) || (c == ':' && allowColon);
            if (text.Length == 0 && char.IsAsciiDigit(c))
                text.Append('_');
            if (isAllowed)
                text.Append(c);
            else if (text.Length == 0 || text[^1] != '_')
                text.Append('_');
        }

        return text.Length == 0 ? "_" : text.ToString();
    }

    // UCUM, as OpenTelemetry's conventions use it; what stands in braces ({message}) is no unit but says what is counted.
    private static (string Suffix, double Scale) UnitOf(string? unit) => unit switch
    {
        null or "" or "1" => ("", 1),
        "s" => ("seconds", 1),
        "ms" => ("seconds", 1e-3),
        "us" => ("seconds", 1e-6),
        "ns" => ("seconds", 1e-9),
        "min" => ("seconds", 60),
        "By" => ("bytes", 1),
        "KiBy" => ("bytes", 1024),
        "MiBy" => ("bytes", 1024 * 1024),
        "%" => ("ratio", 0.01),
        ['{', ..] => ("", 1),
        _ => (Sanitise(unit, allowColon: false).Trim('_'), 1),
    };
}
