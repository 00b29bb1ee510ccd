using System.Text.RegularExpressions;

namespace Gateway.Architecture.Tests;

/// <summary>What the rules have in common: patterns over files, and a failure that lists every place.</summary>
internal static class Rule
{
    /// <summary>Fails with one line per violation and what to do about them.</summary>
    public static void Holds(IEnumerable<string> violations, string because)
    {
        var list = violations.ToList();
        Assert.True(list.Count == 0, $"{because}{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", list)}");
    }

    /// <summary>Each match of the pattern in the code (not in comments or strings) of the files.</summary>
    public static IEnumerable<string> FindInCode(IEnumerable<SourceFile> files, string pattern) =>
        files.SelectMany(file => Find(file, file.Code, pattern));

    /// <summary>Each match of the pattern in the whole text of the files.</summary>
    public static IEnumerable<string> FindInText(IEnumerable<SourceFile> files, string pattern) =>
        files.SelectMany(file => Find(file, file.Text, pattern));

    /// <summary>The lines <c>path: reason</c> of a checked-in list of exceptions; a reason is required.</summary>
    public static IReadOnlyDictionary<string, string> Exceptions(string list) =>
        File.ReadLines(Path.Combine(Repository.Root, "tests", "Gateway.Architecture.Tests", list))
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => line.Split(": ", 2))
            .ToDictionary(parts => parts[0], parts => parts is [_, { Length: > 0 } reason] ? reason : throw new InvalidDataException($"{list}: '{parts[0]}' needs a reason."), StringComparer.Ordinal);

    private static IEnumerable<string> Find(SourceFile file, string text, string pattern) =>
        Regex.Matches(text, pattern, RegexOptions.CultureInvariant | RegexOptions.Multiline, TimeSpan.FromSeconds(5))
            .Select(match => $"{file.Path}:{SourceFile.LineOf(text, match.Index)}: {match.Value.Trim()}");
}
