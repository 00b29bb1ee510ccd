using System.Xml.Linq;

namespace Gateway.Architecture.Tests;

/// <summary>Who may know whom, by project.</summary>
public class ProjectArrowTests
{
    /// <summary>Every project of src with all it may refer to. Protocol is the base of all and knows the base library only.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Gateway.Protocol"] = [],
        ["Gateway.Nats"] = [],
        ["Gateway.Transcoding"] = [],
        ["Gateway.Client"] = ["Gateway.Protocol"],
        ["Gateway.Server"] = ["Gateway.Protocol", "Gateway.Nats", "Gateway.Transcoding"],
        ["Gateway.Transcoder"] = ["Gateway.Transcoding"],
        ["Gateway.Demo"] = ["Gateway.Client"],
    };

    [Fact]
    public void Projects_referToWhatTheDesignAllows_only() => Rule.Holds(
        Repository.Projects.Where(project => project.IsIn("src")).SelectMany(Violations),
        "DESIGN.md forbids these arrows between projects (a new project needs a line in ProjectArrowTests):");

    [Theory]
    [InlineData("Gateway.Client", """<Project><ItemGroup><ProjectReference Include="../Gateway.Server/Gateway.Server.csproj" /></ItemGroup></Project>""")]
    [InlineData("Gateway.Protocol", """<Project><ItemGroup><PackageReference Include="MessagePack" /></ItemGroup></Project>""")]
    [InlineData("Gateway.Protocol", """<Project><ItemGroup><FrameworkReference Include="Microsoft.AspNetCore.App" /></ItemGroup></Project>""")]
    [InlineData("Gateway.Protocol", """<Project Sdk="Microsoft.NET.Sdk.Web" />""")]
    [InlineData("Gateway.Unheard", "<Project />")]
    public void Rule_forbiddenArrow_isFound(string project, string text) =>
        Assert.Single(Violations(new SourceFile($"src/{project}/{project}.csproj", text)));

    private static IEnumerable<string> Violations(SourceFile project)
    {
        var name = Path.GetFileNameWithoutExtension(project.Name);
        if (!Allowed.TryGetValue(name, out var allowed))
            return [$"{project.Path}: what it may refer to is not decided"];

        var xml = XDocument.Parse(project.Text);
        var forbidden = References(xml, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Where(each => !allowed.Contains(each))
            .Select(each => $"{project.Path}: refers to {each}");
        if (name != "Gateway.Protocol")
            return forbidden;
        var beyondBase = References(xml, "PackageReference").Concat(References(xml, "FrameworkReference"))
            .Select(each => $"{project.Path}: uses {each}, but Protocol has the base library only");
        var sdk = xml.Root?.Attribute("Sdk")?.Value is { } used && used != "Microsoft.NET.Sdk" ? [$"{project.Path}: has the SDK {used}"] : Array.Empty<string>();
        return [.. forbidden, .. beyondBase, .. sdk];
    }

    private static IEnumerable<string> References(XDocument xml, string kind) =>
        xml.Descendants(kind).Select(each => each.Attribute("Include")?.Value.Replace('\\', '/')).OfType<string>();
}
