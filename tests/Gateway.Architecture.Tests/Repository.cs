namespace Gateway.Architecture.Tests;

/// <summary>The files that belong to the repository, found from where the tests run.</summary>
internal static class Repository
{
    private static readonly HashSet<string> NotOurs =
        new(StringComparer.Ordinal) { ".git", "bin", "obj", "node_modules", "artifacts", "data", "TestResults", "BenchmarkDotNet.Artifacts", ".vs", ".idea" };

    private static readonly HashSet<string> TextExtensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".cs", ".csproj", ".props", ".targets", ".sln", ".json", ".js", ".mjs", ".ts", ".css", ".html", ".md", ".sh", ".yml", ".yaml", ".txt", ".py", ".svg", "",
    };

    private static readonly Lazy<IReadOnlyList<SourceFile>> AllFiles = new(ReadAll);

    public static string Root { get; } = FindRoot();

    /// <summary>Every text file.</summary>
    public static IReadOnlyList<SourceFile> Files => AllFiles.Value;

    public static IEnumerable<SourceFile> CSharp => Files.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal));

    public static IEnumerable<SourceFile> Product => CSharp.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal));

    public static IEnumerable<SourceFile> Projects => Files.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal));

    private static IReadOnlyList<SourceFile> ReadAll() => [.. Read(new DirectoryInfo(Root)).OrderBy(file => file.Path, StringComparer.Ordinal)];

    private static IEnumerable<SourceFile> Read(DirectoryInfo folder)
    {
        foreach (var file in folder.EnumerateFiles().Where(file => TextExtensions.Contains(file.Extension) || file.Name.StartsWith('.')))
            yield return new SourceFile(Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'), File.ReadAllText(file.FullName));
        foreach (var file in folder.EnumerateDirectories().Where(each => !NotOurs.Contains(each.Name)).SelectMany(Read))
            yield return file;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No Gateway.sln above {AppContext.BaseDirectory}: run the tests from a build inside the repository.");
    }
}
