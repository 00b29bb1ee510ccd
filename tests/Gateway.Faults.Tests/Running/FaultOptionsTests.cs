namespace Gateway.Faults.Tests.Running;

public sealed class FaultOptionsTests
{
    [Fact]
    public void Parse_all_areTaken() =>
        Assert.Equal(new FaultOptions(2.5, 7, 1, 3), FaultOptions.Parse(["--minutes", "2.5", "--seed", "7", "--nodes", "1", "--more", "3"], out _));

    [Fact]
    public void Parse_none_threeNodesForTenMinutes()
    {
        var options = FaultOptions.Parse([], out _)!;
        Assert.Equal((10, 3, 9), (options.Minutes, options.Nodes, options.More));
    }

    [Theory]
    [InlineData("--minutes")]
    [InlineData("--minutes", "soon")]
    [InlineData("--minutes", "-1")]
    [InlineData("--nodes", "0")]
    [InlineData("--colour", "1")]
    public void Parse_wrong_isSaid(params string[] args)
    {
        Assert.Null(FaultOptions.Parse(args, out var error));
        Assert.Contains(args[0], error, StringComparison.Ordinal);
    }
}
