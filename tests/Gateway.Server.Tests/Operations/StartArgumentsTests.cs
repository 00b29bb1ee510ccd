using Gateway.Server.Operations;

namespace Gateway.Server.Tests.Operations;

public class StartArgumentsTests
{
    [Fact]
    public void Parse_shortForms_standForSettings()
    {
        var arguments = StartArguments.Parse(["--port", "9000", "--tls", "--address=*", "--Gateway:Drain:Deadline=00:00:01"]);

        Assert.Equal(StartTask.Run, arguments.Task);
        Assert.Equal("9000", arguments.Settings["Gateway:Port"]);
        Assert.Equal("true", arguments.Settings["Gateway:Tls:SelfSigned"]);
        Assert.Equal("*", arguments.Settings["Gateway:Address"]);
        Assert.Equal("00:00:01", arguments.Settings["Gateway:Drain:Deadline"]);
    }

    [Theory]
    [InlineData("--help", StartTask.Help)]
    [InlineData("-h", StartTask.Help)]
    [InlineData("--print-config", StartTask.PrintConfiguration)]
    [InlineData("--print-options", StartTask.PrintOptions)]
    [InlineData("--print-options=markdown", StartTask.PrintOptions)]
    [InlineData("--version", StartTask.PrintVersion)]
    [InlineData("--health", StartTask.ProbeHealth)]
    [InlineData("--health=ready", StartTask.ProbeHealth)]
    public void Parse_task_isTaken(string argument, object task) => Assert.Equal(task, StartArguments.Parse([argument]).Task);

    [Fact]
    public void Parse_taskBeforeSetting_leavesTheSetting()
    {
        var arguments = StartArguments.Parse(["--print-config", "--port", "1"]);

        Assert.Equal(StartTask.PrintConfiguration, arguments.Task);
        Assert.Equal("1", arguments.Settings["Gateway:Port"]);
    }

    [Theory]
    [InlineData("--prot=1", "did you mean --port?")]
    [InlineData("serve", "'serve' is not understood")]
    [InlineData("--port", "--port needs a value")]
    [InlineData("--config", "--config needs the path")]
    [InlineData("--print-options=html", "knows the format 'markdown'")]
    [InlineData("--", "is not understood")]
    public void Parse_bad_isRefusedWithASentence(string argument, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<StartRefusedException>(() => StartArguments.Parse([argument])).Message);
}
