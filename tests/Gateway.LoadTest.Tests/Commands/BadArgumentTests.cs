using Gateway.LoadTest.Tests.Support;

namespace Gateway.LoadTest.Tests.Commands;

public class BadArgumentTests
{
    [Theory]
    [InlineData("--duration", "5s", "--duration needs a number of at least 0; '5s' is not that.")]
    [InlineData("--duration", "-1", "--duration needs a number of at least 0; '-1' is not that.")]
    [InlineData("--rate", "NaN", "--rate needs a number of at least 0; 'NaN' is not that.")]
    [InlineData("--connections", "many", "--connections needs a whole number of at least 1; 'many' is not that.")]
    [InlineData("--connections", "0", "--connections needs a whole number of at least 1; '0' is not that.")]
    [InlineData("--rooms", "0", "--rooms needs a whole number of at least 1; '0' is not that.")]
    [InlineData("--workers", "99999999999", "--workers needs a whole number of at least 1; '99999999999' is not that.")]
    public async Task Number_thatIsNone(string option, string value, string sentence)
    {
        var run = await ProgramRun.RunAsync("idle", option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(sentence, run.Output.Trim());
    }

    [Theory]
    [InlineData("is not this machine", "--url", "http://192.0.2.1:1")]
    [InlineData("--workers", "--url", "http://127.0.0.1:1", "--connections", "10000000")]
    [InlineData("take one of them", "--start", "--url", "http://127.0.0.1:1")]
    [InlineData("is no threshold", "--threshold", "fast")]
    public async Task WrongArguments_areSaidAndExitCode2(string sentence, params string[] arguments)
    {
        var run = await ProgramRun.RunAsync(["fanout", .. arguments]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Output, StringComparison.Ordinal);
    }
}
