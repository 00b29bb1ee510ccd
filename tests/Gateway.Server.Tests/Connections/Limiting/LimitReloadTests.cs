using System.Net;

namespace Gateway.Server.Tests.Connections.Limiting;

/// <summary>Changes the configuration file of a running node.</summary>
public sealed class LimitReloadTests
{
    [Fact]
    public async Task File_that_changes_is_noticed_and_reaches_open_connections()
    {
        await using var node = await LimitsNode.StartAsync("""{"Gateway":{"Limits":{"MaxRooms":50}}}""");
        using var socket = await node.ConnectAsync();
        Assert.StartsWith("[6,1,", await LimitsNode.AskAsync(socket, """[5,1,"open:a",0]"""), StringComparison.Ordinal);
        await File.WriteAllTextAsync(node.ConfigurationFile, """{"Gateway":{"Limits":{"MaxRooms":1}}}""", TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => node.InForce.MaxRooms == 1, TimeSpan.FromSeconds(30)), "Nobody looked at the file.");
        Assert.StartsWith("[30,2,1010,", await LimitsNode.AskAsync(socket, """[5,2,"open:b",0]"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_wrong_leaves_the_limits_as_they_are_until_it_is_mended()
    {
        await using var node = await LimitsNode.StartAsync("""{"Gateway":{"Limits":{"MaxRooms":50}}}""");
        var before = node.InForce;
        foreach (var wrong in (string[])
        [
            "{",
            "",
            """{"Gateway":{"Limits":{"MaxRooms":0}}}""",
            """{"Gateway":{"Limits":{"MaxRooms":"many"}}}""",
            """{"Gateway":{"Limits":{"MaxRoom":7}}}""",
            """{"Gateway":{"Limits":{"MaxRooms":{"a":7}}}}""",
            """{"Gateway":{"Limits":{"DeniedAddresses":["everybody"]}}}""",
        ])
        {
            node.Write(wrong);
            Assert.Same(before, node.InForce);
        }

        File.Delete(node.ConfigurationFile);
        node.Reload();
        Assert.Same(before, node.InForce);
        node.Write("""{"Gateway":{"Limits":{"MaxRooms":51}}}""");
        Assert.Equal(51, node.InForce.MaxRooms);
        node.Write("{}");
        Assert.Equal(100, node.InForce.MaxRooms);
    }

    [Fact]
    public async Task What_is_fixed_at_start_stays_and_what_an_administrator_set_wins()
    {
        await using var node = await LimitsNode.StartAsync("""{"Gateway":{"Limits":{"MaxRooms":50,"MaxPayloadBytes":1000,"LaneCount":1}}}""");
        using var admin = node.SignIn("admin");
        using var set = await LimitsNode.PatchAsync(admin, """{"MaxRooms":7}""");
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        node.Write("""{"Gateway":{"Limits":{"MaxRooms":60,"MaxPayloadBytes":2000,"LaneCount":2,"MaxPendingRequests":3}}}""");
        Assert.Equal((7, 1000, 1, 3), (node.InForce.MaxRooms, node.InForce.MaxPayloadBytes, node.InForce.LaneCount, node.InForce.MaxPendingRequests));
        using var given = await LimitsNode.PatchAsync(admin, """{"MaxRooms":null}""");
        Assert.Equal(60, node.InForce.MaxRooms);
    }

    [Fact]
    public async Task Command_line_wins_over_the_file_also_after_a_change()
    {
        await using var node = await LimitsNode.StartAsync("{}", "--Gateway:Limits:MaxRooms=33");
        node.Write("""{"Gateway":{"Limits":{"MaxRooms":60,"MaxPendingRequests":3}}}""");
        Assert.Equal((33, 3), (node.InForce.MaxRooms, node.InForce.MaxPendingRequests));
    }
}
