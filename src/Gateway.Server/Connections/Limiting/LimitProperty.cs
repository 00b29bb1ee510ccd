using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Server.Operations.Settings;

namespace Gateway.Server.Connections.Limiting;

/// <summary>One limit as a name and a value, for those who read and change limits from outside.</summary>
internal sealed class LimitProperty
{
    private static readonly ConnectionLimits Defaults = new();

    private readonly PropertyInfo _property;

    private LimitProperty(PropertyInfo property)
    {
        _property = property;
        Limit = Enum.Parse<LimitName>(property.Name);
        FixedBecause = property.GetCustomAttribute<FixedAtStartAttribute>()?.Because;
    }

    public static IReadOnlyList<LimitProperty> All { get; } = [.. OptionKeys.PropertiesOf(typeof(ConnectionLimits)).Select(static property => new LimitProperty(property))];

    public LimitName Limit { get; }

    public string Name => _property.Name;

    /// <summary>The whole key of the setting.</summary>
    public string Key => $"{ConnectionLimits.Section}:{Name}";

    /// <summary>Null: it can be changed while running.</summary>
    public string? FixedBecause { get; }

    public object Default => Read(Defaults);

    private string Expected => _property.PropertyType switch
    {
        var type when type == typeof(TimeSpan) => "a time such as \"00:00:30\"",
        var type when type == typeof(IList<string>) => "a list of strings",
        _ => "a whole number",
    };

    public object Read(ConnectionLimits limits) => _property.GetValue(limits)!;

    public void Write(ConnectionLimits limits, object value)
    {
        if (Read(limits) is not IList<string> list)
        {
            _property.SetValue(limits, value);
            return;
        }

        list.Clear();
        foreach (var entry in (IEnumerable<string>)value)
            list.Add(entry);
    }

    /// <summary>The value as a number for metrics: times in seconds, lists by their length.</summary>
    public double Measure(ConnectionLimits limits) => Read(limits) switch
    {
        TimeSpan time => time.TotalSeconds,
        IList<string> list => list.Count,
        var number => Convert.ToDouble(number, CultureInfo.InvariantCulture),
    };

    public string Text(ConnectionLimits limits) => OptionKeys.Text(Read(limits));

    public static JsonNode ToJson(object value) => value switch
    {
        IEnumerable<string> list => new JsonArray([.. list.Select(static each => (JsonNode)each)]),
        TimeSpan time => OptionKeys.Text(time),
        _ => Convert.ToInt64(value, CultureInfo.InvariantCulture),
    };

    /// <summary>Reads a value that somebody sent; whether it is in its range is checked with all others.</summary>
    /// <param name="sentence">What is wrong.</param>
    public bool TryParse(JsonElement json, out object value, out string? sentence)
    {
        value = Default;
        sentence = null;
        object? parsed = _property.PropertyType switch
        {
            var type when type == typeof(TimeSpan) => ParseTime(json),
            var type when type == typeof(IList<string>) => ParseList(json),
            var type when type == typeof(long) => json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out var number) ? number : null,
            _ => json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var number) ? number : null,
        };
        if (parsed is null)
        {
            sentence = $"{Key} must be {Expected}.";
            return false;
        }

        value = parsed;
        return true;
    }

    // With a colon: "30" would be thirty days.
    private static TimeSpan? ParseTime(JsonElement json) =>
        json.ValueKind == JsonValueKind.String && json.GetString() is { } text && text.Contains(':', StringComparison.Ordinal)
        && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null;

    private static string[]? ParseList(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array && json.EnumerateArray().All(static each => each.ValueKind == JsonValueKind.String)
            ? [.. json.EnumerateArray().Select(static each => each.GetString()!)]
            : null;
}
