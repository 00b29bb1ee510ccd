using System.Text.RegularExpressions;

namespace Gateway.Architecture.Tests;

/// <summary>One top-level type a file, named like it, in the namespace of its folder, and short.</summary>
public partial class FileShapeTests
{
    private const int MaxLineCount = 400;

    [Fact]
    public void Files_haveOneTopLevelTypeOfTheirName() =>
        Rule.Holds(Repository.CSharp.SelectMany(MisnamedTypes), "One top-level type a file; Type.cs or Type.Concern.cs:");

    [Fact]
    public void Files_haveTheNamespaceOfTheirFolder() => Rule.Holds(Repository.Product.SelectMany(MisplacedNamespaces), "Namespaces match folders:");

    [Fact]
    public void Files_areShort_orHaveAReason()
    {
        var reasons = Rule.Exceptions("long-files.txt");
        var files = Repository.Files.Where(IsCode).ToList();
        Rule.Holds(files.SelectMany(file => TooLong(file, reasons)), $"Above {MaxLineCount} lines; split it, or give a reason in tests/Gateway.Architecture.Tests/long-files.txt:");
        Rule.Holds(reasons.Keys.Where(path => !files.Exists(file => file.Path == path && LineCount(file) > MaxLineCount)), "long-files.txt names what is not too long (any more):");
    }

    [Theory]
    [InlineData("Two.cs", "class Two {}\nclass Three {}")]
    [InlineData("Two.cs", "namespace A;\npublic readonly record struct Other(int X);")]
    [InlineData("Two.cs", "namespace A;\ninternal delegate void Other<T>(T x);")]
    [InlineData("Two.cs", "namespace A { enum Two { } enum Three { } }")]
    public void Rule_otherType_isFound(string name, string text) => Assert.Single(MisnamedTypes(new SourceFile("src/X/" + name, text)));

    [Theory]
    [InlineData("Two.cs", "class Two<T> where T : class, new() { class Nested {} record struct Inner; }")]
    [InlineData("Two.Send.cs", "namespace A;\nsealed partial class Two {}")]
    [InlineData("Program.cs", "return 0;")]
    public void Rule_rightType_isAllowed(string name, string text) => Assert.Empty(MisnamedTypes(new SourceFile("src/X/" + name, text)));

    [Fact]
    public void Rule_wrongNamespace_isFound()
    {
        Assert.Single(MisplacedNamespaces(new SourceFile("src/A.B/C/D.cs", "namespace A.B;")));
        Assert.Empty(MisplacedNamespaces(new SourceFile("src/A.B/C/D.cs", "namespace A.B.C;")));
    }

    [Fact]
    public void Rule_longFile_isFound()
    {
        var file = new SourceFile("src/X/Y.cs", string.Concat(Enumerable.Repeat("//\n", MaxLineCount + 1)));

        Assert.Single(TooLong(file, new Dictionary<string, string>()));
        Assert.Empty(TooLong(file, new Dictionary<string, string> { [file.Path] = "generated" }));
    }

    private static IEnumerable<string> MisnamedTypes(SourceFile file)
    {
        var expected = file.Name.Split('.')[0];
        var names = TopLevelTypes(file.Code).ToList();
        return names.Distinct(StringComparer.Ordinal).Where(name => name != expected).Select(name => $"{file.Path}: {name}");
    }

    private static IEnumerable<string> TopLevelTypes(string code)
    {
        var outermost = BlockNamespace().IsMatch(code) ? 1 : 0;
        var depth = 0;
        var atTop = new char[code.Length];
        for (var i = 0; i < code.Length; i++)
        {
            if (code[i] == '}')
                depth--;
            atTop[i] = depth == outermost ? code[i] : ' ';
            if (code[i] == '{')
                depth++;
        }

        return TypeDeclaration().Matches(new string(atTop)).Select(match => match.Groups["name"].Value).Where(name => name != "where");
    }

    private static IEnumerable<string> MisplacedNamespaces(SourceFile file)
    {
        var expected = string.Join('.', file.Path.Split('/')[1..^1]);
        return FileNamespace().Matches(file.Code).Select(match => match.Groups["name"].Value).Where(name => name != expected)
            .Select(name => $"{file.Path}: {name}, expected {expected}");
    }

    private static IEnumerable<string> TooLong(SourceFile file, IReadOnlyDictionary<string, string> reasons) =>
        LineCount(file) > MaxLineCount && !reasons.ContainsKey(file.Path) ? [$"{file.Path}: {LineCount(file)} lines"] : [];

    private static bool IsCode(SourceFile file) => Path.GetExtension(file.Path) is ".cs" or ".js" or ".mjs" or ".ts" or ".css" or ".html" or ".sh" or "" && file.Name != "LICENSE";

    private static int LineCount(SourceFile file) => file.Text.AsSpan().Count('\n');

    [GeneratedRegex(@"\b(?:(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?)\s+(?<name>(?!class\b|struct\b)[A-Za-z_]\w*)|delegate\s+[\w<>,.\[\]?\s]+?\s(?<name>\w+)\s*(?:<[^>]*>)?\s*\()", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"^\s*namespace\s+[\w.]+\s*\{", RegexOptions.Multiline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex BlockNamespace();

    [GeneratedRegex(@"^\s*namespace\s+(?<name>[\w.]+)\s*;", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex FileNamespace();
}
