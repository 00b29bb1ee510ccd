using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Operations.Settings;

/// <summary>Finds everything that is wrong with the settings, at once, before anything runs.</summary>
internal static class ConfigurationCheck
{
    private const string Section = NodeOptions.Section;

    /// <exception cref="StartRefusedException">Something is wrong; one sentence per problem.</exception>
    public static void Verify(IServiceProvider services)
    {
        var registrations = services.GetServices<OptionsRegistration>().ToList();
        var sentences = new List<string>();
        var tree = new OptionTree(registrations);
        if (tree.Root.Find(Section) is { } root)
            CheckKeys(services.GetRequiredService<IConfiguration>().GetSection(Section), root, sentences);

        // A value that cannot be read would make binding throw, with a message for programmers.
        if (sentences.Count == 0)
        {
            foreach (var registration in registrations)
                Resolve(registration, services, sentences);
        }

        if (sentences.Count > 0)
            throw new StartRefusedException([.. sentences.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>What is wrong with the names and the types of the settings below one section, without binding them.</summary>
    public static IReadOnlyList<string> SentencesOf(IConfiguration configuration, OptionsRegistration registration)
    {
        var sentences = new List<string>();
        var node = registration.Section.Split(':').Aggregate(new OptionTree([registration]).Root, static (parent, name) => parent.Children[name]);
        CheckKeys(configuration.GetSection(registration.Section), node, sentences);
        return sentences;
    }

    private static void Resolve(OptionsRegistration registration, IServiceProvider services, List<string> sentences)
    {
        try
        {
            registration.Resolve(services);
        }
        catch (OptionsValidationException e)
        {
            sentences.AddRange(e.Failures);
        }
        catch (InvalidOperationException e) when (e.Source?.StartsWith("Microsoft.Extensions.Configuration", StringComparison.Ordinal) == true)
        {
            sentences.Add(e.Message);
        }
    }

    private static void CheckKeys(IConfigurationSection section, OptionNode node, List<string> sentences)
    {
        foreach (var child in section.GetChildren())
        {
            if (node.Find(child.Key) is not { } known)
                sentences.Add(Unknown(child, node));
            else if (known.IsLeaf)
                CheckValue(child, known, sentences);
            else
                CheckKeys(child, known, sentences);
        }
    }

    private static string Unknown(IConfigurationSection section, OptionNode parent)
    {
        // Settings in a wrong branch are common too: Gateway:SelfSigned for Gateway:Tls:SelfSigned.
        var meant = EditDistance.Nearest(section.Key, parent.Children.Keys) is { } sibling
            ? parent.Children[sibling].Path
            : parent.Leaves().FirstOrDefault(leaf => leaf.Path.EndsWith(":" + section.Key, StringComparison.OrdinalIgnoreCase))?.Path;
        return meant is null
            ? $"{section.Path} is no known setting; --help shows where they are listed."
            : $"{section.Path} is no known setting; did you mean {meant}?";
    }

    private static void CheckValue(IConfigurationSection section, OptionNode known, List<string> sentences)
    {
        if (section.GetChildren().Any())
        {
            sentences.Add($"{section.Path} has settings below it, but is a single value.");
            return;
        }

        if (section.Value is not { } text || known.Type is not { } type || type == typeof(string) || type == typeof(object))
            return;
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (text.Length == 0 && known.Type != type)
            return;
        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromString(context: null, CultureInfo.InvariantCulture, text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException or OverflowException)
        {
            var shown = known.Property is { } property && OptionKeys.IsSecret(property) ? "given" : $"'{text}'";
            sentences.Add($"{section.Path} is {shown}, but must be {Expected(type)}.");
        }
    }

    private static string Expected(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a time such as 00:00:30",
        _ when type.IsEnum => "one of " + string.Join(", ", Enum.GetNames(type)),
        _ when type == typeof(double) || type == typeof(float) || type == typeof(decimal) => "a number",
        _ when type.IsPrimitive => $"a whole number ({type.Name})",
        _ => $"a {type.Name}",
    };
}
