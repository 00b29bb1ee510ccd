using System.Xml.Linq;
using Gateway.EndToEnd.Tests.Support;

namespace Gateway.EndToEnd.Tests.Deployment;

/// <summary>What can be known of the Dockerfile without Docker.</summary>
public sealed class DockerfileTests
{
    private const string Server = "src/Gateway.Server";

    private readonly DockerImage _image = DockerImage.Read();

    [Fact]
    public void Copied_paths_are_there_and_not_ignored()
    {
        var ignored = RepositoryFile.Read(".dockerignore").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.All(_image.CopiedPaths, path =>
        {
            Assert.True(Path.Exists(RepositoryFile.PathOf(path)), $"COPY {path}: there is no such file.");
            Assert.DoesNotContain(path.Split('/')[0], ignored);
        });
    }

    [Fact]
    public void Every_project_that_the_server_needs_is_copied()
    {
        var projects = new HashSet<string>();
        Collect(Server, projects);

        Assert.Contains("src/Gateway.Nats", projects);
        Assert.All(projects, folder =>
        {
            Assert.Contains(folder, _image.CopiedPaths);
            Assert.Contains($"{folder}/{Path.GetFileName(folder)}.csproj", _image.CopiedPaths);
        });
    }

    [Fact]
    public void What_is_restored_is_what_is_published()
    {
        const string Target = "--use-current-runtime";
        const string Ahead = "-p:PublishReadyToRun=true";

        var commands = _image.All("RUN").Where(static each => each.StartsWith("dotnet ", StringComparison.Ordinal)).ToList();

        Assert.Equal(["dotnet restore", "dotnet publish"], commands.Select(static each => string.Join(' ', each.Split(' ')[..2])));
        Assert.All(commands, command =>
        {
            Assert.Contains(Target, command, StringComparison.Ordinal);
            Assert.Contains(Ahead, command, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Process_runs_as_nobody_special_stops_with_SIGTERM_and_tells_its_health_itself()
    {
        Assert.Equal("$APP_UID", _image.All("USER").Last());
        Assert.Equal("SIGTERM", Assert.Single(_image.All("STOPSIGNAL")));
        Assert.Equal("""["dotnet", "/app/Gateway.Server.dll"]""", Assert.Single(_image.All("ENTRYPOINT")));
        Assert.EndsWith("""CMD ["dotnet", "/app/Gateway.Server.dll", "--health"]""", Assert.Single(_image.All("HEALTHCHECK")), StringComparison.Ordinal);
        Assert.Equal(2, _image.All("FROM").Count());
    }

    [Fact]
    public async Task Environment_is_what_the_server_takes()
    {
        using var deadline = Deadline.Start();

        var (code, _, errors) = await ServerCommand.RunAsync(["--print-config"], _image.Environment, deadline.Token);

        Assert.True(code == 0, errors);
        Assert.Equal(_image.Port, _image.Environment["Gateway__Port"]);
        Assert.Contains(_image.Environment["Gateway__DataDirectory"], _image.OwnedFolders);
    }

    private static void Collect(string folder, HashSet<string> projects)
    {
        if (!projects.Add(folder))
            return;
        var project = XDocument.Load(RepositoryFile.PathOf($"{folder}/{Path.GetFileName(folder)}.csproj"));
        foreach (var reference in project.Descendants("ProjectReference").Select(static element => element.Attribute("Include")!.Value))
            Collect("src/" + reference.Split('/')[^2], projects);
    }
}
