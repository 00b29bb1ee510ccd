using System.Runtime.CompilerServices;

namespace Gateway.EndToEnd.Tests.Deployment;

/// <summary>Files of the repository, by their path from its top.</summary>
internal static class RepositoryFile
{
    public static string Top { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    public static string PathOf(string path) => Path.Combine(Top, path);

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
