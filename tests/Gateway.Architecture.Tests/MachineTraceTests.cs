namespace Gateway.Architecture.Tests;

/// <summary>Nothing in the repository tells of the machine it was written on: it must build anywhere.</summary>
public class MachineTraceTests
{
    // With the slashes apart from the words, so that this file does not find itself.
    private const string Slash = "/";
    private const string HomePath = @"(?<![\w.~-])(" + Slash + @"(home|Users)" + Slash + @"[a-z]|" + Slash + @"root" + Slash + @"|" + Slash + @"work" + Slash + @"|[A-Z]:\\Users)";

    // A lock file that names where a package came from ties the repository to one mirror.
    private const string PackageHost = @"https?:" + Slash + Slash + @"[^\s/""']*\b(registry|mirrors?|artifactory|nexus|verdaccio|pypi|proxy)\b[^\s""']*|""resolved"":";
    private const string PrivateHost = @"https?:" + Slash + Slash + @"(10\.\d|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)[\d.]+";

    [Theory]
    [InlineData(HomePath)]
    [InlineData(PackageHost)]
    [InlineData(PrivateHost)]
    public void Files_haveNoTraceOfAMachine(string pattern) => Rule.Holds(Rule.FindInText(Repository.Files, pattern), "Paths and hosts of one machine do not belong here:");

    [Theory]
    [InlineData(HomePath, "see " + Slash + "home" + Slash + "ann/x")]
    [InlineData(HomePath, "\"" + Slash + "work" + Slash + "main\"")]
    [InlineData(PackageHost, "https:" + Slash + Slash + "npm-registry.example.com/x")]
    [InlineData(PackageHost, "https:" + Slash + Slash + "mirror.example.com/x")]
    [InlineData(PrivateHost, "http:" + Slash + Slash + "10.0.0.7:80")]
    public void Rule_trace_isFound(string pattern, string text) => Assert.Single(Rule.FindInText([new SourceFile("x.md", text)], pattern));

    [Theory]
    [InlineData(HomePath, "src/home/x, ../work/x, GET /jobs/root")]
    [InlineData(PackageHost, "https:" + Slash + Slash + "example.com/registry")]
    [InlineData(PrivateHost, "http:" + Slash + Slash + "127.0.0.1:80")]
    public void Rule_noTrace_isAllowed(string pattern, string text) => Assert.Empty(Rule.FindInText([new SourceFile("x.md", text)], pattern));
}
