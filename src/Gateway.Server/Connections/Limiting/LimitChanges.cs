using System.Text.Json;
using Gateway.Server.Operations.Settings;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Connections.Limiting;

/// <summary>
/// Changes the limits while the node runs: what the configuration says, and over it what an administrator has said since the start. A change is made whole or not at all. Any
/// thread; one change at a time.
/// </summary>
internal sealed class LimitChanges(LiveLimits live, IConfiguration configuration, IEnumerable<OptionsRegistration> registrations, ILogger<LimitChanges> log)
{
    /// <summary>Where a value comes from that an administrator has set.</summary>
    public const string AdminSource = "admin";

    private readonly Lock _lock = new();
    private readonly AnnotationValidation<ConnectionLimits> _validation = new(ConnectionLimits.Section);
    private readonly OptionsRegistration _registration = registrations.Single(static each => each.Type == typeof(ConnectionLimits));
    private readonly ConnectionLimits _atStart = live.Values;
    private Dictionary<LimitProperty, object> _overrides = [];
    private ConnectionLimits _configured = live.Values;

    /// <summary>Takes over what the configuration says now, unless something in it is wrong.</summary>
    /// <returns>What is wrong; empty when it was taken over.</returns>
    public IReadOnlyList<string> Reload()
    {
        lock (_lock)
        {
            var sentences = TryRead(out var configured);
            if (sentences.Count == 0)
                sentences = Put(configured, _overrides, "the configuration");
            if (sentences.Count > 0)
                Log.LimitsNotReloaded(log, string.Join(' ', sentences));
            return sentences;
        }
    }

    /// <summary>Sets limits over the configuration until the node stops; null gives one back to the configuration.</summary>
    /// <param name="by">Who, for the log.</param>
    /// <returns>What is wrong, by name of the limit; empty when all was done.</returns>
    public IReadOnlyDictionary<string, string[]> Override(IReadOnlyDictionary<string, JsonElement> wanted, string by)
    {
        lock (_lock)
        {
            var errors = new List<(string Name, string Sentence)>();
            var overrides = new Dictionary<LimitProperty, object>(_overrides);
            var named = new HashSet<LimitProperty>();
            foreach (var (name, json) in wanted)
                Take(name, json, overrides, named, errors);
            if (errors.Count == 0)
            {
                foreach (var sentence in Put(_configured, overrides, by))
                    errors.Add((NameIn(sentence), sentence));
            }

            return errors.GroupBy(static each => each.Name, StringComparer.Ordinal).ToDictionary(static each => each.Key, static each => each.Select(one => one.Sentence).ToArray(), StringComparer.Ordinal);
        }
    }

    /// <summary>Where the value in force comes from.</summary>
    public string SourceOf(LimitProperty property)
    {
        lock (_lock)
        {
            if (_overrides.ContainsKey(property))
                return AdminSource;
        }

        var source = (configuration as IConfigurationRoot)?.Providers.LastOrDefault(provider => Has(provider, property.Key));
        return source switch
        {
            null => "default",
            FileConfigurationProvider file => file.Source.Path ?? "file",
            EnvironmentVariablesConfigurationProvider => "environment",
            _ => "command line",
        };
    }

    // A list has its entries one level below its key.
    private static bool Has(IConfigurationProvider provider, string key) => provider.TryGet(key, out _) || provider.GetChildKeys([], key).Any();

    private static void Take(
        string name, JsonElement json, Dictionary<LimitProperty, object> overrides, HashSet<LimitProperty> named, List<(string Name, string Sentence)> errors)
    {
        if (LimitProperty.All.FirstOrDefault(each => each.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } property)
        {
            var meant = EditDistance.Nearest(name, LimitProperty.All.Select(static each => each.Name));
            errors.Add(("unknown", meant is null ? "There is a name that is no limit." : $"There is a name that is no limit; did you mean {meant}?"));
        }
        else if (!named.Add(property))
        {
            errors.Add((property.Name, $"{property.Key} is there twice."));
        }
        else if (property.FixedBecause is { } because)
        {
            errors.Add((property.Name, $"{property.Key} cannot be changed while running: {because}."));
        }
        else if (json.ValueKind == JsonValueKind.Null)
        {
            overrides.Remove(property);
        }
        else if (property.TryParse(json, out var value, out var sentence))
        {
            overrides[property] = value;
        }
        else
        {
            errors.Add((property.Name, sentence!));
        }
    }

    private static string NameIn(string sentence) =>
        LimitProperty.All.Where(each => sentence.StartsWith(each.Key, StringComparison.Ordinal)).MaxBy(static each => each.Name.Length)?.Name ?? "limits";

    private IReadOnlyList<string> TryRead(out ConnectionLimits configured)
    {
        configured = new ConnectionLimits();
        if (UnreadableFile() is { } file)
            return [file];
        var sentences = ConfigurationCheck.SentencesOf(configuration, _registration);
        if (sentences.Count == 0)
            configuration.GetSection(ConnectionLimits.Section).Bind(configured);
        return sentences;
    }

    // A file that cannot be read leaves its provider empty, as if it had said nothing; that must not put every limit back to its default.
    private string? UnreadableFile()
    {
        foreach (var source in (configuration as IConfigurationRoot)?.Providers.OfType<FileConfigurationProvider>().Select(static each => each.Source) ?? [])
        {
            var file = source.FileProvider?.GetFileInfo(source.Path ?? "");
            if (file is not { Exists: true })
            {
                if (!source.Optional)
                    return $"{source.Path} is not there any more.";
                continue;
            }

            try
            {
                using var content = file.CreateReadStream();
                using var document = JsonDocument.Parse(content, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
            {
                return $"{source.Path} cannot be read: {e.Message}";
            }
        }

        return null;
    }

    private IReadOnlyList<string> Put(ConnectionLimits configured, Dictionary<LimitProperty, object> overrides, string by)
    {
        var next = new ConnectionLimits();
        foreach (var property in LimitProperty.All)
        {
            var value = property.FixedBecause is not null ? property.Read(_atStart) : overrides.GetValueOrDefault(property) ?? property.Read(configured);
            property.Write(next, value);
            if (property.FixedBecause is { } because && property.Text(configured) != property.Text(_atStart))
                Log.LimitNeedsRestart(log, property.Key, property.Text(configured), because);
        }

        if (_validation.Validate(null, next) is { Failed: true } result)
            return [.. result.Failures];
        _configured = configured;
        _overrides = overrides;
        var before = live.Values;
        var changed = LimitProperty.All.Where(property => property.Text(before) != property.Text(next)).ToList();
        if (changed.Count == 0)
            return [];
        live.Replace(next);
        foreach (var property in changed)
            Log.LimitChanged(log, property.Key, property.Text(before), property.Text(next), by);
        return [];
    }
}
