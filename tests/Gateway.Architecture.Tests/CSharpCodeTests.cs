namespace Gateway.Architecture.Tests;

public class CSharpCodeTests
{
    [Theory]
    [InlineData("a // b", "a     ")]
    [InlineData("a /* b\n c */ d", "a     \n      d")]
    [InlineData("a \"b \\\" c\" d", "a          d")]
    [InlineData("a @\"b \"\" \\\" d", "a           d")]
    [InlineData("a $\"b {c}\" d", "a          d")]
    [InlineData("a \"\"\"b \" c\"\"\" d", "a             d")]
    [InlineData("a '\"' b", "a     b")]
    [InlineData("a '\\'' b", "a      b")]
    [InlineData("@class b", "@class b")]
    public void Strip_blanksCommentsAndLiterals(string text, string code) => Assert.Equal(code, CSharpCode.Strip(text));
}
