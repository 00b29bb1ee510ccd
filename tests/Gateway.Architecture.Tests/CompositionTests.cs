using System.Text.RegularExpressions;

namespace Gateway.Architecture.Tests;

/// <summary>Program.cs is the only place where the parts of the server are joined: no part calls another part's setup.</summary>
public partial class CompositionTests
{
    private const string Server = "src/Gateway.Server/";

    // How every part registers its options and gets its database; facilities, not parts.
    private static readonly HashSet<string> Facilities = new(StringComparer.Ordinal) { "AddGatewayOptions", "AddSqlite" };

    [Fact]
    public void Parts_areJoinedInProgram_only() =>
        Rule.Holds(Violations([.. Repository.Product.Where(file => file.Path.StartsWith(Server, StringComparison.Ordinal))]), "Only Program.cs may call the setup of a part:");

    [Fact]
    public void Rule_partThatSetsUpAnother_isFound()
    {
        SourceFile[] files =
        [
            new("src/Gateway.Server/Rooms/Setup.cs", "static void AddRooms(this IServiceCollection services) {}"),
            new("src/Gateway.Server/Jobs/Setup.cs", "static void AddJobs(this IServiceCollection services) { services.AddRooms(); }"),
            new("src/Gateway.Server/Program.cs", "builder.Services.AddRooms(); builder.Services.AddJobs();"),
        ];

        Assert.Equal(["src/Gateway.Server/Jobs/Setup.cs:1: .AddRooms("], Violations(files));
    }

    private static IEnumerable<string> Violations(IReadOnlyList<SourceFile> files)
    {
        var setups = files.SelectMany(file => Setup().Matches(file.Code).Select(match => (Part: PartOf(file), Name: match.Groups["name"].Value)))
            .Where(setup => !Facilities.Contains(setup.Name)).Distinct().ToList();
        return files.Where(file => file.Path != Server + "Program.cs")
            .SelectMany(file => setups.Where(setup => setup.Part != PartOf(file)).SelectMany(setup => Rule.FindInCode([file], $@"\.{setup.Name}\s*[(<]")));
    }

    private static string PartOf(SourceFile file) => file.Path[Server.Length..].Split('/')[0];

    [GeneratedRegex(@"static\s+[\w<>.]+\s+(?<name>(?:Add|Map|Use)\w+)(?:<\w+>)?\s*\(\s*this\s+(?:WebApplicationBuilder|IServiceCollection|WebApplication|IEndpointRouteBuilder|IApplicationBuilder|IHostApplicationBuilder)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Setup();
}
