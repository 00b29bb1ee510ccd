using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Gateway.Server.Tests.Connections.Limiting;

namespace Gateway.Server.Tests.Connections;

/// <summary>Connect tickets and revocations on a whole node, by HTTP and WebSocket; the same whatever keeps them.</summary>
public abstract class TicketContract
{
    private static readonly Uri Tickets = new("/tickets", UriKind.Relative);

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected abstract Task<LimitsNode> StartAsync();

    [Fact]
    public async Task A_ticket_lets_its_user_in_once()
    {
        await using var node = await StartAsync();
        using var ann = node.SignIn();
        var ticket = await TicketAsync(ann);
        using var first = await OpenAsync(node);
        Assert.StartsWith("[2,1,", await LimitsNode.AskAsync(first, $"[1,1,null,\"{ticket}\"]"), StringComparison.Ordinal);
        Assert.Contains("\"user\":\"ann\"", await LimitsNode.AskAsync(first, "[14,2,\"gateway\",\"whoami\",null]"), StringComparison.Ordinal);

        using var second = await OpenAsync(node);
        Assert.StartsWith("[30,0,1004,", await LimitsNode.AskAsync(second, $"[1,1,null,\"{ticket}\"]"), StringComparison.Ordinal);
        Assert.Equal("closed 4000", await LimitsNode.ReadAsync(second));
    }

    [Fact]
    public async Task A_made_up_ticket_lets_nobody_in()
    {
        await using var node = await StartAsync();
        using var socket = await OpenAsync(node);
        Assert.StartsWith("[30,0,1004,", await LimitsNode.AskAsync(socket, "[1,1,null,\"abc\"]"), StringComparison.Ordinal);
        Assert.Equal("closed 4000", await LimitsNode.ReadAsync(socket));
    }

    [Fact]
    public async Task Where_both_are_shown_the_ticket_counts()
    {
        await using var node = await StartAsync();
        using var ann = node.SignIn();
        using var bob = node.SignIn("bob", []);
        using var socket = await OpenAsync(node);
        Assert.StartsWith("[2,1,", await LimitsNode.AskAsync(socket, $"[1,1,\"{TokenOf(bob)}\",\"{await TicketAsync(ann)}\"]"), StringComparison.Ordinal);
        Assert.Contains("\"user\":\"ann\"", await LimitsNode.AskAsync(socket, "[14,2,\"gateway\",\"whoami\",null]"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_ticket_is_no_good_the_token_counts()
    {
        await using var node = await StartAsync();
        using var ann = node.SignIn();
        using var socket = await OpenAsync(node);
        Assert.StartsWith("[2,1,", await LimitsNode.AskAsync(socket, $"[1,1,\"{TokenOf(ann)}\",\"abc\"]"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ticket_takes_a_token()
    {
        await using var node = await StartAsync();
        using var nobody = new HttpClient { BaseAddress = node.Address };
        using var refused = await nobody.PostAsync(Tickets, null, Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Revoking_a_user_closes_its_connections_and_refuses_its_tokens_and_tickets()
    {
        await using var node = await StartAsync();
        using var ann = node.SignIn();
        using var admin = node.SignIn("bob", ["admin"]);
        var ticket = await TicketAsync(ann);
        using var live = await HelloAsync(node, ann);
        using var bystander = await HelloAsync(node, admin);
        using var revoked = await admin.DeleteAsync(new Uri("/users/ann/connections?revoke=true", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.Accepted, revoked.StatusCode);
        Assert.Equal("closed 4000", await LimitsNode.ReadAsync(live));

        using var again = await OpenAsync(node);
        Assert.StartsWith("[30,0,1004,", await LimitsNode.AskAsync(again, $"[1,1,\"{TokenOf(ann)}\"]"), StringComparison.Ordinal);
        using var byTicket = await OpenAsync(node);
        Assert.StartsWith("[30,0,1004,", await LimitsNode.AskAsync(byTicket, $"[1,1,null,\"{ticket}\"]"), StringComparison.Ordinal);
        using var http = await ann.PostAsync(Tickets, null, Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, http.StatusCode);
        Assert.StartsWith("[25,7,", await LimitsNode.AskAsync(bystander, "[24,7]"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoking_a_token_closes_the_connections_that_came_with_it_only()
    {
        await using var node = await StartAsync();
        using var first = node.SignIn();
        using var second = node.SignIn();
        using var admin = node.SignIn("bob", ["admin"]);
        using var live = await HelloAsync(node, first);
        using var other = await HelloAsync(node, second);
        using var revoked = await admin.DeleteAsync(new Uri($"/tokens/{IdOf(TokenOf(first))}", UriKind.Relative), Stop);
        Assert.Equal(HttpStatusCode.Accepted, revoked.StatusCode);
        Assert.Equal("closed 4000", await LimitsNode.ReadAsync(live));
        Assert.StartsWith("[25,7,", await LimitsNode.AskAsync(other, "[24,7]"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_administrators_and_services_may_revoke()
    {
        await using var node = await StartAsync();
        using var ann = node.SignIn();
        using var byUser = await ann.DeleteAsync(new Uri("/users/bob/connections?revoke=true", UriKind.Relative), Stop);
        using var byToken = await ann.DeleteAsync(new Uri("/tokens/x", UriKind.Relative), Stop);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (byUser.StatusCode, byToken.StatusCode));
    }

    private protected static async Task<string> TicketAsync(HttpClient http)
    {
        using var response = await http.PostAsync(Tickets, null, Stop);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("ticket").GetString()!;
    }

    private protected static string TokenOf(HttpClient http) => http.DefaultRequestHeaders.Authorization!.Parameter!;

    private protected static async Task<ClientWebSocket> OpenAsync(LimitsNode node)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("gateway.v1.json");
        await socket.ConnectAsync(new UriBuilder(node.Address) { Scheme = "ws", Path = "/ws" }.Uri, Stop);
        return socket;
    }

    private protected static async Task<ClientWebSocket> HelloAsync(LimitsNode node, HttpClient http)
    {
        var socket = await OpenAsync(node);
        Assert.StartsWith("[2,1,", await LimitsNode.AskAsync(socket, $"[1,1,\"{TokenOf(http)}\"]"), StringComparison.Ordinal);
        return socket;
    }

    private static string IdOf(string token) => new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(token).Id;
}
