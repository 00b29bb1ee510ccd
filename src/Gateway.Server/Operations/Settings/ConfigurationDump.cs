using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Server.Operations.Settings;

/// <summary>The settings as the parts of the server see them, as JSON, without secrets.</summary>
internal static class ConfigurationDump
{
    private const string Mask = "***";
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // For a terminal, not for a page.
    };

    public static string ToJson(IServiceProvider services)
    {
        var root = new JsonObject();
        foreach (var registration in services.GetServices<OptionsRegistration>().OrderBy(each => each.Section.Length))
        {
            var node = root;
            foreach (var name in registration.Section.Split(':'))
            {
                if (node[name] is not JsonObject child)
                    node[name] = child = [];
                node = child;
            }

            foreach (var (name, value) in ToObject(registration.Resolve(services)).ToList())
                node[name] = value?.DeepClone();
        }

        return root.ToJsonString(Indented) + "\n";
    }

    private static JsonObject ToObject(object options)
    {
        var json = new JsonObject();
        foreach (var property in OptionKeys.PropertiesOf(options.GetType()))
        {
            var value = property.GetValue(options);
            json[property.Name] = OptionKeys.IsSecret(property) && value is not (null or "") ? Mask : ToNode(value);
        }

        return json;
    }

    private static JsonNode? ToNode(object? value) => value switch
    {
        null => null,
        bool truth => truth,
        string text => text,
        int or long or short or byte or uint or ushort => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        double number when double.IsFinite(number) => number,
        _ when OptionKeys.IsLeaf(value.GetType()) => OptionKeys.Text(value),
        IDictionary dictionary => new JsonObject(dictionary.Keys.Cast<object>()
            .Select(name => KeyValuePair.Create(OptionKeys.Text(name), ToNode(dictionary[name])))),
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(ToNode)]),
        _ => ToObject(value),
    };
}
