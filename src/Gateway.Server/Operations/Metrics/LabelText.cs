using System.Globalization;
using System.Text;

namespace Gateway.Server.Operations.Metrics;

/// <summary>Labels as the exposition formats write them: <c>name="value",other="value"</c>, in the order of their names.</summary>
internal static class LabelText
{
    public static string Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
            sorted.TryAdd(MetricName.Sanitise(key, allowColon: false), ValueText(value)); // Two keys may become one name; the first stays.

        var text = new StringBuilder();
        foreach (var (name, value) in sorted)
        {
            if (text.Length > 0)
                text.Append(',');
            text.Append(name).Append("=\"");
            AppendEscaped(text, value);
            text.Append('"');
        }

        return text.ToString();
    }

    private static string ValueText(object? value) => value switch
    {
        null => "",
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append("\\n"),
                _ => text.Append(c),
            };
        }
    }
}
