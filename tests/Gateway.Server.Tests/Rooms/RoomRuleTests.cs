using Gateway.Server.Accounts;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Rooms;

public sealed class RoomRuleTests
{
    [Theory]
    [InlineData("anyone", null, "", "", "Allowed")]
    [InlineData("user", null, "", "", "Denied")]
    [InlineData("user", "ann", "", "", "Allowed")]
    [InlineData("nobody", "ann", "admin", "*", "Denied")]
    [InlineData("role:admin", "ann", "", "", "Denied")]
    [InlineData("role:admin", "ann", "admin", "", "Allowed")]
    [InlineData("granted", "ann", "", "doc:1", "Allowed")]
    [InlineData("granted", "ann", "", "doc:*", "Allowed")]
    [InlineData("granted", "ann", "", "doc:2 project:1", "Denied")]
    [InlineData("granted", "ann", "", "doc:1#join", "Allowed")]
    [InlineData("granted", "ann", "", "doc:1#publish", "Denied")]
    [InlineData("granted", "ann", "", "*#join", "Allowed")]
    [InlineData("claim:team=red", "ann", "", "", "Allowed")]
    [InlineData("claim:team=blue", "ann", "", "", "Denied")]
    [InlineData("owner", "ann", "", "", "AskOwner")]
    [InlineData("owner, role:admin", "ann", "admin", "", "Allowed")]
    public void Evaluate_decides_by_who_it_is(string rule, string? user, string roles, string grants, string expected)
    {
        var identity = user is null ? null : new Identity(user, null, Words(roles), Words(grants), new Dictionary<string, string> { ["team"] = "red" }, DateTimeOffset.MaxValue);
        Assert.Equal(expected, RoomRule.Parse(rule, out _)!.Evaluate(identity, "doc", "1", "join").ToString());
    }

    [Theory]
    [InlineData("ann", "Allowed")]
    [InlineData("bob", "Denied")]
    public void Evaluate_knows_the_owner_of_a_users_room_by_its_name(string user, string expected)
    {
        var identity = new Identity(user, null, [], [], new Dictionary<string, string>(), DateTimeOffset.MaxValue);
        Assert.Equal(expected, RoomRule.Parse("owner", out _)!.Evaluate(identity, "user", "ann", "join").ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("everybody")]
    [InlineData("role:")]
    [InlineData("claim:team")]
    [InlineData("user,oops")]
    public void Parse_of_a_wrong_rule_says_what_is_wrong(string text)
    {
        Assert.Null(RoomRule.Parse(text, out var error));
        Assert.NotEmpty(error!);
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
