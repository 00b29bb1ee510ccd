using System.Net;
using System.Text.Json;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Limiting;

namespace Gateway.Server.Tests.Connections.Limiting;

/// <summary>Changes limits of a running node by HTTP, under connections that live on.</summary>
public sealed class LimitsEndpointTests
{
    private static readonly Uri Path = new("/admin/limits", UriKind.Relative);

    private static readonly (string Body, string Sentence)[] Wrong =
    [
        ("""{"MaxRooms":0}""", "Gateway:Limits:MaxRooms: MaxRooms is 0; it must be from 1 to 10000."),
        ("""{"MaxRooms":2147483648}""", "Gateway:Limits:MaxRooms must be a whole number."),
        ("""{"MaxRooms":1.5}""", "Gateway:Limits:MaxRooms must be a whole number."),
        ("""{"MaxRooms":"7"}""", "Gateway:Limits:MaxRooms must be a whole number."),
        ("""{"MaxRooms":{"a":[]}}""", "Gateway:Limits:MaxRooms must be a whole number."),
        ("""{"MaxRooms":7,"maxRooms":8}""", "Gateway:Limits:MaxRooms is there twice."),
        ("""{"MaxRooms":7,"Nonsense":1}""", "There is a name that is no limit."),
        ("""{"MaxRoom":7}""", "did you mean MaxRooms?"),
        ("""{"MaxRooms":7,"LaneCount":4}""", "Gateway:Limits:LaneCount cannot be changed while running: "),
        ("""{"MaxPayloadBytes":null}""", "Gateway:Limits:MaxPayloadBytes cannot be changed while running: "),
        ("""{"HeartbeatInterval":30}""", "Gateway:Limits:HeartbeatInterval must be a time such as \"00:00:30\"."),
        ("""{"HeartbeatInterval":"30"}""", "Gateway:Limits:HeartbeatInterval must be a time such as \"00:00:30\"."),
        ("""{"HeartbeatInterval":"-00:00:30"}""", "HeartbeatInterval is -00:00:30; it must be from 00:00:00.050 to 01:00:00."),
        ("""{"HeartbeatInterval":"99999999999:00:00"}""", "Gateway:Limits:HeartbeatInterval must be a time"),
        ("""{"MaxQueuedBytes":20000,"ResumeQueuedBytes":20000}""", "ResumeQueuedBytes is 20000; it must be from 1 to 19999."),
        ("""{"MaxQueuedBytes":20000}""", "ResumeQueuedBytes is 65536; it must be from 1 to 19999."),
        ("""{"BytesPerSecond":1000}""", "it must hold one payload"),
        ("""{"MemoryShedPercent":80}""", "MemoryShedPercent is 80; it must be 0, or above MemoryHighWaterPercent"),
        ("""{"DeniedAddresses":"10.0.0.1"}""", "Gateway:Limits:DeniedAddresses must be a list of strings."),
        ("""{"DeniedAddresses":["10.0.0.1",7]}""", "Gateway:Limits:DeniedAddresses must be a list of strings."),
        ("""{"DeniedAddresses":["10.0.0.1/8"]}""", "must be an address or a network such as 10.0.0.0/8"),
        ("""{"DeniedAddresses":["10.1"]}""", "'10.1' must be an address"),
        ("""{"AllowedAddresses":["all"]}""", "'all' must be an address"),
    ];

    [Fact]
    public async Task Get_shows_every_limit_with_its_value_source_and_whether_it_can_be_changed()
    {
        await using var node = await LimitsNode.StartAsync("""{"Gateway":{"Limits":{"MaxRooms":50,"DeniedAddresses":["10.9.9.9"]}}}""", "--Gateway:Limits:MaxConnections=77");
        using var admin = node.SignIn("admin");
        using var response = await admin.GetAsync(Path, TestContext.Current.CancellationToken);
        var limits = (await LimitsNode.ReadJsonAsync(response)).GetProperty("limits");
        Assert.Equal(Enum.GetNames<LimitName>().Order(StringComparer.Ordinal), limits.EnumerateObject().Select(static each => each.Name).Order(StringComparer.Ordinal));
        Assert.Equal("""{"value":50,"default":100,"source":"gateway.json","changeable":true,"saturation":0,"hits":0}""", limits.GetProperty("MaxRooms").GetRawText());
        Assert.Equal("""{"value":["10.9.9.9"],"default":[],"source":"gateway.json","changeable":true,"hits":0}""", limits.GetProperty("DeniedAddresses").GetRawText());
        Assert.Equal("command line", limits.GetProperty("MaxConnections").GetProperty("source").GetString());
        Assert.Equal("""{"value":"00:00:30","default":"00:00:30","source":"default","changeable":true,"hits":0}""", limits.GetProperty("HeartbeatInterval").GetRawText());
        Assert.False(limits.GetProperty("MaxPayloadBytes").GetProperty("changeable").GetBoolean());
        Assert.NotEmpty(limits.GetProperty("LaneCount").GetProperty("fixedBecause").GetString()!);
    }

    [Fact]
    public async Task Only_administrators_and_services_may_see_and_change()
    {
        await using var node = await LimitsNode.StartAsync();
        foreach (var (http, status, rooms) in new[]
        {
            (new HttpClient { BaseAddress = node.Address }, HttpStatusCode.Unauthorized, 100), (node.SignIn(), HttpStatusCode.Forbidden, 100),
            (node.SignIn("admin"), HttpStatusCode.OK, 9), (node.SignIn("service"), HttpStatusCode.OK, 9),
        })
        {
            using var client = http;
            foreach (var path in (string[])["/admin/limits", "/admin/flights"])
            {
                using var seen = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
                Assert.Equal(status, seen.StatusCode);
            }

            using var changed = await LimitsNode.PatchAsync(client, """{"MaxRooms":9}""");
            Assert.Equal(status, changed.StatusCode);
            Assert.Equal(rooms, node.InForce.MaxRooms);
        }
    }

    [Fact]
    public async Task Patch_reaches_connections_that_are_open_and_null_gives_back()
    {
        await using var node = await LimitsNode.StartAsync("""{"Gateway":{"Limits":{"MaxRooms":50}}}""");
        using var admin = node.SignIn("admin");
        using var socket = await node.ConnectAsync();
        Assert.StartsWith("[6,1,", await LimitsNode.AskAsync(socket, """[5,1,"open:a",0]"""), StringComparison.Ordinal);

        using var lowered = await LimitsNode.PatchAsync(admin, """{"maxrooms":1,"HandshakesPerSecond":0}""");
        Assert.Equal(HttpStatusCode.OK, lowered.StatusCode);
        Assert.Equal("admin", (await LimitsNode.ReadJsonAsync(lowered)).GetProperty("limits").GetProperty("MaxRooms").GetProperty("source").GetString());
        Assert.StartsWith("[30,2,1010,", await LimitsNode.AskAsync(socket, """[5,2,"open:b",0]"""), StringComparison.Ordinal);

        using var given = await LimitsNode.PatchAsync(admin, """{"MaxRooms":null}""");
        Assert.Equal(HttpStatusCode.OK, given.StatusCode);
        Assert.Equal((50, 0), (node.InForce.MaxRooms, node.InForce.HandshakesPerSecond));
        Assert.StartsWith("[6,3,", await LimitsNode.AskAsync(socket, """[5,3,"open:b",0]"""), StringComparison.Ordinal);

        using var slowed = await LimitsNode.PatchAsync(admin, """{"MessagesPerSecond":1,"RateBurst":"00:00:01"}""");
        Assert.Equal(HttpStatusCode.OK, slowed.StatusCode);
        var answers = await LimitsNode.AskAsync(socket, "[24,4][24,5][24,6]");
        while (!answers.Contains("2001", StringComparison.Ordinal))
            answers += await LimitsNode.ReadAsync(socket);
        Assert.Contains("too many messages a second from this connection", answers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patch_that_is_wrong_anywhere_says_so_and_changes_nothing()
    {
        await using var node = await LimitsNode.StartAsync();
        using var admin = node.SignIn("admin");
        var before = node.InForce;
        foreach (var (body, sentence) in Wrong)
        {
            using var response = await LimitsNode.PatchAsync(admin, body);
            var problem = await LimitsNode.ReadJsonAsync(response);
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{body} was answered {response.StatusCode}.");
            Assert.Equal("validation-failed", problem.GetProperty("code").GetString());
            Assert.Contains(
                problem.GetProperty("errors").EnumerateObject().SelectMany(static each => each.Value.EnumerateArray()), each => each.GetString()!.Contains(sentence, StringComparison.Ordinal));
            Assert.Same(before, node.InForce);
        }
    }

    [Fact]
    public async Task Patch_with_a_body_that_is_none_is_refused_and_changes_nothing()
    {
        await using var node = await LimitsNode.StartAsync();
        using var admin = node.SignIn("admin");
        var before = node.InForce;
        foreach (var (body, type, status) in ((string, string, HttpStatusCode)[])
        [
            ("", "application/json", HttpStatusCode.BadRequest),
            ("null", "application/json", HttpStatusCode.BadRequest),
            ("[]", "application/json", HttpStatusCode.BadRequest),
            ("7", "application/json", HttpStatusCode.BadRequest),
            ("""{"MaxRooms":7""", "application/json", HttpStatusCode.BadRequest),
            ("""{"MaxRooms":7,"MaxRooms":8}""", "application/json", HttpStatusCode.BadRequest),
            (new string('[', 10_000), "application/json", HttpStatusCode.BadRequest),
            ($$"""{"{{new string('x', 40_000)}}":1}""", "application/json", HttpStatusCode.RequestEntityTooLarge),
            ("""{"MaxRooms":7}""", "text/plain", HttpStatusCode.UnsupportedMediaType),
        ])
        {
            using var response = await LimitsNode.PatchAsync(admin, body, type);
            Assert.Equal(status, response.StatusCode);
            Assert.Same(before, node.InForce);
        }

        using var empty = await LimitsNode.PatchAsync(admin, "{}");
        Assert.Equal(HttpStatusCode.OK, empty.StatusCode);
        Assert.Same(before, node.InForce);
    }

    [Fact]
    public async Task List_that_keeps_an_address_out_ends_its_connections_and_can_be_mended_from_there()
    {
        await using var node = await LimitsNode.StartAsync();
        using var admin = node.SignIn("admin");
        using var socket = await node.ConnectAsync();
        using var denied = await LimitsNode.PatchAsync(admin, """{"AllowedAddresses":["10.0.0.0/8"]}""");
        Assert.Equal(HttpStatusCode.OK, denied.StatusCode);
        Assert.Equal("closed 4002", await LimitsNode.ReadAsync(socket));
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(node.ConnectAsync);

        using var jobs = await admin.GetAsync(new Uri("/jobs", UriKind.Relative), TestContext.Current.CancellationToken);
        using var health = await admin.GetAsync(new Uri("/health/live", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (jobs.StatusCode, health.StatusCode));

        using var mended = await LimitsNode.PatchAsync(admin, """{"AllowedAddresses":null}""");
        using var again = await node.ConnectAsync();
        Assert.Equal("[25,1,", (await LimitsNode.AskAsync(again, "[24,1]"))[..6]);
    }

    [Fact]
    public async Task Many_changes_at_once_are_made_one_after_the_other()
    {
        await using var node = await LimitsNode.StartAsync();
        using var admin = node.SignIn("admin");
        var changes = Enumerable.Range(0, 40).Select(async i =>
        {
            // Each is right by itself, and wrong together with the half of another.
            var most = 20_000 + (i * 1000);
            using var response = await LimitsNode.PatchAsync(admin, $$"""{"MaxQueuedBytes":{{most}},"ResumeQueuedBytes":{{most - 1}}}""");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        });
        await Task.WhenAll(changes);
        Assert.Equal(node.InForce.MaxQueuedBytes - 1, node.InForce.ResumeQueuedBytes);
    }
}
