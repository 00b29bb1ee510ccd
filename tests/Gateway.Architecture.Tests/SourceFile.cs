namespace Gateway.Architecture.Tests;

/// <summary>One text file.</summary>
/// <param name="Path">From the repository's root, with forward slashes.</param>
/// <param name="Text">All of it.</param>
internal sealed record SourceFile(string Path, string Text)
{
    private string? _code;

    /// <summary>C# without what is in comments and literals; line numbers stay.</summary>
    public string Code => _code ??= CSharpCode.Strip(Text);

    public string[] Lines => Text.Split('\n');

    public string Name => System.IO.Path.GetFileName(Path);

    public bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    public static int LineOf(string text, int position) => text.AsSpan(0, position).Count('\n') + 1;
}
