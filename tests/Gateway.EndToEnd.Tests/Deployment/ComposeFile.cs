using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;

namespace Gateway.EndToEnd.Tests.Deployment;

/// <summary>compose.yaml, with its anchors and merges resolved.</summary>
internal sealed class ComposeFile
{
    /// <summary>Stands in for what whoever starts it must set.</summary>
    public const string SigningKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private readonly Dictionary<object, object> _root;

    public ComposeFile(string yaml)
    {
        // Into plain maps, lists and strings, as the merges ask for; the stream before it refuses what is no YAML at all.
        new YamlStream().Load(new StringReader(yaml));
        _root = new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(new StringReader(yaml))));
    }

    public IEnumerable<string> Services => Names("services");

    public IEnumerable<string> Gateways => Services.Where(static name => name.StartsWith("gateway", StringComparison.Ordinal));

    public IEnumerable<string> Volumes => Names("volumes");

    /// <summary>The value at a path of a service; null when there is none.</summary>
    public object? Find(string service, params IReadOnlyList<string> path)
    {
        var value = ((Dictionary<object, object>)_root["services"])[service];
        foreach (var name in path)
        {
            if (value is not Dictionary<object, object> map || !map.TryGetValue(name, out value!))
                return null;
        }

        return value;
    }

    public string Text(string service, params IReadOnlyList<string> path) => Assert.IsType<string>(Find(service, path));

    public IReadOnlyList<string> List(string service, params IReadOnlyList<string> path) => [.. ((List<object>)(Find(service, path) ?? new List<object>())).Cast<string>()];

    /// <summary>What the service's environment is once the variables of whoever starts it are put in.</summary>
    public IReadOnlyDictionary<string, string> Environment(string service) =>
        ((Dictionary<object, object>)Find(service, "environment")!).ToDictionary(
            static pair => (string)pair.Key,
            static pair => ((string)pair.Value).StartsWith("${GATEWAY_SIGNING_KEY:?", StringComparison.Ordinal) ? SigningKey : (string)pair.Value);

    private IEnumerable<string> Names(string section) => ((Dictionary<object, object>)_root[section]).Keys.Cast<string>();
}
