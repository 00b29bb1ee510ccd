using System.Text;
using Gateway.Nats.Protocol;

namespace Gateway.Nats.Tests.Protocol;

public sealed class SubjectRulesTests
{
    [Theory]
    [InlineData("a", true, true)]
    [InlineData("a.b.c", true, true)]
    [InlineData("$SYS.x-y_z", true, true)]
    [InlineData("räume.über", true, true)]
    [InlineData("a*b.c>d", true, true)]
    [InlineData("*", false, true)]
    [InlineData(">", false, true)]
    [InlineData("a.*.c", false, true)]
    [InlineData("a.>", false, true)]
    [InlineData(">.a", false, false)]
    [InlineData("a.>.b", false, false)]
    [InlineData("", false, false)]
    [InlineData(".", false, false)]
    [InlineData(".a", false, false)]
    [InlineData("a.", false, false)]
    [InlineData("a..b", false, false)]
    [InlineData("a b", false, false)]
    [InlineData("a\tb", false, false)]
    [InlineData("a\r\nPING", false, false)]
    [InlineData("a\0b", false, false)]
    [InlineData("a\u007Fb", false, false)]
    public void Subjects_areWhatTheProtocolAllows(string subject, bool publishable, bool subscribable)
    {
        var bytes = Encoding.UTF8.GetBytes(subject);
        Assert.Equal(publishable, SubjectRules.IsPublishable(bytes));
        Assert.Equal(subscribable, SubjectRules.IsSubscribable(bytes));
    }
}
