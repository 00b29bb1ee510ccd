using System.ComponentModel;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Gateway.Server.Operations.Settings;

/// <summary>The table of all settings, made from the options classes and their doc comments; README.md holds a copy that a test compares.</summary>
internal static partial class OptionReference
{
    public static string ToMarkdown(IEnumerable<OptionsRegistration> registrations)
    {
        var docs = new Dictionary<Assembly, IReadOnlyDictionary<string, string>>();
        var text = new StringBuilder("| setting | default | meaning |\n| --- | --- | --- |\n");
        foreach (var leaf in new OptionTree(registrations).Root.Leaves().Where(leaf => leaf.Property is not null))
        {
            var property = leaf.Property!;
            var assembly = property.DeclaringType!.Assembly;
            if (!docs.TryGetValue(assembly, out var summaries))
                docs.Add(assembly, summaries = SummariesOf(assembly));
            var meaning = summaries.GetValueOrDefault($"P:{property.DeclaringType.FullName!.Replace('+', '.')}.{property.Name}", "");
            text.Append("| `").Append(leaf.Path).Append("` | ").Append(Code(DefaultOf(leaf))).Append(" | ").Append(Cell(meaning)).Append(" |\n");
        }

        return text.ToString();
    }

    /// <summary>The default as a person writes it; what differs from machine to machine says so with <see cref="DefaultValueAttribute"/>.</summary>
    public static string DefaultOf(OptionNode leaf) =>
        leaf.Property?.GetCustomAttribute<DefaultValueAttribute>()?.Value is string words ? words : OptionKeys.Text(leaf.Default);

    private static string Code(string text) => text.Length == 0 ? "" : $"`{Cell(text)}`";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static Dictionary<string, string> SummariesOf(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        return File.Exists(path)
            ? XDocument.Load(path).Descendants("member")
                .Where(member => member.Element("summary") is not null)
                .ToDictionary(member => member.Attribute("name")!.Value, member => Plain(member.Element("summary")!), StringComparer.Ordinal)
            : [];
    }

    private static string Plain(XElement summary)
    {
        var text = new StringBuilder();
        foreach (var node in summary.Nodes())
        {
            _ = node switch
            {
                XElement { Name.LocalName: "see" } see => text.Append('`').Append(LastPart(see)).Append('`'),
                XElement { Name.LocalName: "c" } code => text.Append('`').Append(code.Value).Append('`'),
                XElement element => text.Append(element.Value),
                _ => text.Append(node is XText plain ? plain.Value : ""),
            };
        }

        return WhiteSpace().Replace(text.ToString(), " ").Trim();
    }

    private static string LastPart(XElement see) =>
        (see.Attribute("cref")?.Value ?? see.Attribute("langword")?.Value ?? see.Value).Split('.', ':')[^1];

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WhiteSpace();
}
