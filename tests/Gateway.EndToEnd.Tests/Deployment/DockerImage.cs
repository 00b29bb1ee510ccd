using System.Text.RegularExpressions;

namespace Gateway.EndToEnd.Tests.Deployment;

/// <summary>The Dockerfile, instruction by instruction.</summary>
internal sealed partial class DockerImage
{
    private DockerImage(IReadOnlyList<(string Name, string Arguments)> instructions) => Instructions = instructions;

    /// <summary>In their order, comments left out and continued lines joined.</summary>
    public IReadOnlyList<(string Name, string Arguments)> Instructions { get; }

    /// <summary>What is copied from the repository.</summary>
    public IEnumerable<string> CopiedPaths => All("COPY").Where(static arguments => !arguments.StartsWith("--from", StringComparison.Ordinal))
        .SelectMany(static arguments => arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..^1]);

    public IReadOnlyDictionary<string, string> Environment => All("ENV").SelectMany(static arguments => arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(static pair => pair.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);

    public string Port => Assert.Single(All("EXPOSE"));

    /// <summary>Folders that belong to the user who runs the server.</summary>
    public IReadOnlyList<string> OwnedFolders => [.. All("RUN").Where(static run => run.StartsWith("install -d", StringComparison.Ordinal))
        .SelectMany(static run => run.Split(' ').Where(static word => word.StartsWith('/')))];

    public static DockerImage Read() => new([.. Lines().Replace(RepositoryFile.Read("Dockerfile"), " ").Split('\n')
        .Where(static line => line.Length > 0 && !line.StartsWith('#'))
        .Select(static line => (line.Split(' ')[0], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim()))]);

    public IEnumerable<string> All(string name) => Instructions.Where(instruction => instruction.Name == name).Select(static instruction => instruction.Arguments);

    [GeneratedRegex(@"\\\n\s*", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Lines();
}
