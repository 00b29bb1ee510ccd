namespace Gateway.Architecture.Tests;

/// <summary>What no code of ours contains.</summary>
public class ForbiddenCodeTests
{
    private const string WallClock = @"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b";
    private const string Sleep = @"\bThread\.Sleep\b";
    private const string Unsafe = @"\bunsafe\b";
    private const string VagueName = @"\b(class|struct|interface|enum|record)\s+(\w*(Manager|Helpers?|Utils?|Utilities|Impl|Base)|Common\w*|Utils?\w*)(?=\W)";

    // Built from halves, so that this file does not find itself.
    private const string Leftover = @"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK|XX" + @"X)\b(?!.*(https?://|#\d+))";

    [Fact]
    public void Product_takesTimeFromTimeProvider() => Rule.Holds(Rule.FindInCode(Repository.Product, WallClock), "Time comes from TimeProvider:");

    [Fact]
    public void Code_neverSleeps() => Rule.Holds(Rule.FindInCode(Repository.CSharp, Sleep), "Wait for something, not for time:");

    [Fact]
    public void Unsafe_isInProtocolOnly()
    {
        var allowed = Rule.Exceptions("unsafe-files.txt");
        Rule.Holds(
            Rule.FindInCode(Repository.Product.Where(file => !file.IsIn("src/Gateway.Protocol") && !allowed.ContainsKey(file.Path)), Unsafe),
            "unsafe is for Protocol; another place needs a reason in tests/Gateway.Architecture.Tests/unsafe-files.txt:");
        Rule.Holds(allowed.Keys.Where(path => !Repository.Product.Any(file => file.Path == path && Rule.FindInCode([file], Unsafe).Any())), "unsafe-files.txt names what is not unsafe (any more):");
    }

    [Fact]
    public void Types_haveNamesOfTheField() => Rule.Holds(Rule.FindInCode(Repository.CSharp, VagueName), "These names say nothing; name what the type is:");

    [Fact]
    public void Leftovers_haveALink() => Rule.Holds(
        Rule.FindInText(Repository.Files.Where(file => file.Name != "package-lock.json"), Leftover), "Do it, or link the issue on the same line:");

    [Theory]
    [InlineData(WallClock, "var now = DateTime.UtcNow;")]
    [InlineData(WallClock, "var now = DateTimeOffset.Now;")]
    [InlineData(Sleep, "Thread.Sleep(5);")]
    [InlineData(Unsafe, "internal unsafe struct X;")]
    [InlineData(VagueName, "class RoomManager {")]
    [InlineData(VagueName, "static class StringHelpers\n{")]
    [InlineData(VagueName, "class Store<T> { class CommonThings {")]
    [InlineData(VagueName, "record TestBase(int X);")]
    public void Rule_forbiddenCode_isFound(string pattern, string code) => Assert.Single(Rule.FindInCode([new SourceFile("X.cs", code)], pattern));

    [Theory]
    [InlineData(WallClock, "time.GetUtcNow()")]
    [InlineData(Sleep, "// Thread.Sleep(5)")]
    [InlineData(Unsafe, "Unsafe.Add(ref x, 1)")]
    [InlineData(VagueName, "class Baseline { Manager x;")]
    public void Rule_otherCode_isAllowed(string pattern, string code) => Assert.Empty(Rule.FindInCode([new SourceFile("X.cs", code)], pattern));

    [Fact]
    public void Rule_bareLeftover_isFound()
    {
        const string Word = "TO" + "DO";
        Assert.Single(Rule.FindInText([new SourceFile("X.cs", $"// {Word}: more")], Leftover));
        Assert.Empty(Rule.FindInText([new SourceFile("X.cs", $"// {Word} #12: more")], Leftover));
    }
}
