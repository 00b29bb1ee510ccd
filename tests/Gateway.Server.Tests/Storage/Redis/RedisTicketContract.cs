using System.Net;
using System.Security.Cryptography;
using Gateway.Server.Tests.Connections;
using Gateway.Server.Tests.Connections.Limiting;

namespace Gateway.Server.Tests.Storage.Redis;

/// <summary>Whole nodes over any Redis.</summary>
public abstract class RedisTicketContract(string configuration) : TicketContract
{
    private readonly string _prefix = "t" + Guid.NewGuid().ToString("N");
    private readonly string _key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private protected override Task<LimitsNode> StartAsync() => LimitsNode.StartAsync(
        "{}", $"--Gateway:Redis:Configuration={configuration}", $"--Gateway:Redis:KeyPrefix={_prefix}", $"--Gateway:Accounts:SigningKey={_key}");

    [Fact]
    public async Task A_ticket_of_one_node_lets_in_at_another_and_a_revocation_reaches_both()
    {
        await using var left = await StartAsync();
        await using var right = await StartAsync();
        using var ann = left.SignIn();
        using var admin = left.SignIn("bob", ["admin"]);
        var ticket = await TicketAsync(ann);
        using var socket = await OpenAsync(right);
        Assert.StartsWith("[2,1,", await LimitsNode.AskAsync(socket, $"[1,1,null,\"{ticket}\"]"), StringComparison.Ordinal);
        using var revoked = await admin.DeleteAsync(new Uri("/users/ann/connections?revoke=true", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.Accepted, revoked.StatusCode);
        Assert.Equal("closed 4000", await LimitsNode.ReadAsync(socket));
    }

    [Fact]
    public async Task Durable_messages_are_there_for_a_node_that_starts_later()
    {
        string joined;
        await using (var first = await StartAsync())
        {
            using var admin = first.SignIn("bob", ["admin"]);
            using var socket = await HelloAsync(first, admin);
            Assert.StartsWith("[10,1,", await LimitsNode.AskAsync(socket, "[9,1,\"chat:a\",\"e\",\"stays\"]"), StringComparison.Ordinal);
            joined = await LimitsNode.AskAsync(socket, "[5,2,\"chat:a\",2]");
        }

        await using var second = await StartAsync();
        using var ann = second.SignIn("bob", ["admin"]);
        using var later = await HelloAsync(second, ann);
        var back = await LimitsNode.AskAsync(later, "[5,2,\"chat:a\",2]");
        var page = await LimitsNode.AskAsync(later, "[20,3,\"chat:a\",0,10]");
        Assert.Contains("\"stays\"", page, StringComparison.Ordinal);
        Assert.Equal(joined.Split(',')[4], back.Split(',')[4]);
    }
}
