using System.Runtime.CompilerServices;

namespace Gateway.Client.Tests;

/// <summary>Files of the repository, found from where this file was compiled.</summary>
internal static class RepositoryFiles
{
    public static string TestFolder { get; } = FolderOfThisFile();

    public static string Root { get; } = Path.GetFullPath(Path.Combine(TestFolder, "..", ".."));

    private static string FolderOfThisFile([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
