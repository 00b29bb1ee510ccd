using System.Net;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Limiting;

namespace Gateway.Server.Tests.Connections.Limiting;

/// <summary>What limits remember must not grow with all who were ever here, nor be wiped by leaving and coming again.</summary>
public sealed class ForgettingTests
{
    [Fact]
    public void Addresses_that_have_left_are_forgotten_when_their_buckets_are_full()
    {
        using var scene = new LimitScene(new ConnectionLimits { HandshakesPerSecond = 0, HandshakesPerSecondPerAddress = 10, RateBurst = TimeSpan.FromSeconds(1) });
        for (var i = 0; i < 50_000; i++)
        {
            Assert.Equal(AdmissionVerdict.Admitted, scene.Admission.TryEnter(new IPAddress(i + 1), out var use));
            scene.Admission.Exit(use!);
            scene.Node.Time.Advance(1);

            // A bucket of which one of ten was taken is full after a tenth of a second: not many more than so many milliseconds' addresses.
            Assert.InRange(scene.Admission.AddressCount, 1, 250);
        }

        Assert.Equal(0, scene.Admission.Count);
    }

    [Fact]
    public void Refused_handshakes_of_ever_new_addresses_are_forgotten_too()
    {
        using var scene = new LimitScene(new ConnectionLimits { MaxConnections = 1, HandshakesPerSecondPerAddress = 10, HandshakesPerSecond = 0, RateBurst = TimeSpan.FromSeconds(1) });
        scene.TryEnter("10.0.0.1");
        for (var i = 0; i < 20_000; i++)
        {
            Assert.Equal(AdmissionVerdict.NodeFull, scene.Admission.TryEnter(new IPAddress(i + 1), out _));
            scene.Node.Time.Advance(1);
            Assert.InRange(scene.Admission.AddressCount, 1, 250);
        }
    }

    [Fact]
    public void Address_that_comes_and_goes_without_its_bucket_ever_being_full_is_listed_once()
    {
        using var scene = new LimitScene(new ConnectionLimits { HandshakesPerSecondPerAddress = 10, RateBurst = TimeSpan.FromSeconds(1) });
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(AdmissionVerdict.Admitted, scene.Admission.TryEnter(IPAddress.Loopback, out var use));
            scene.Admission.Exit(use!);
            Assert.Equal(1, scene.Admission.LeftCount);

            // Half of what a handshake takes is back first, then as much as each next one takes.
            scene.Node.Time.Advance(i == 0 ? 50 : 100);
        }
    }

    [Fact]
    public void User_that_comes_and_goes_without_its_bucket_ever_being_full_is_listed_once()
    {
        using var scene = new LimitScene(new ConnectionLimits { MessagesPerSecondPerUser = 1, RateBurst = TimeSpan.FromMinutes(1) });
        for (var i = 0; i < 50; i++)
        {
            var peer = scene.Enter(out var transport, "ada");
            peer.Send(LimitScene.Ping(1));
            scene.Node.On(0, transport.Break);
            scene.Node.Settle();
            Assert.Equal(1, scene.Node.Services.Users.Sum(static users => users.LeftCount));
        }
    }

    [Fact]
    public void Random_comings_and_goings_are_counted_like_a_simple_count()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var scene = new LimitScene(new ConnectionLimits { MaxConnections = 60, MaxConnectionsPerAddress = 5, HandshakesPerSecondPerAddress = 20, RateBurst = TimeSpan.FromSeconds(1) });
        var inside = new List<(int Address, Gateway.Server.Connections.Admitting.AddressUse Use)>();
        for (var i = 0; i < 20_000; i++)
        {
            scene.Node.Time.Advance(random.Next(20));
            if (random.Next(2) == 0 && inside.Count > 0)
            {
                var at = random.Next(inside.Count);
                scene.Admission.Exit(inside[at].Use);
                inside.RemoveAt(at);
                continue;
            }

            var address = random.Next(1, 30);
            var verdict = scene.Admission.TryEnter(new IPAddress(address), out var use);
            var ofAddress = inside.Count(each => each.Address == address);
            if (verdict != AdmissionVerdict.AddressTooFast)
                Assert.True(verdict == (inside.Count >= 60 ? AdmissionVerdict.NodeFull : ofAddress >= 5 ? AdmissionVerdict.AddressFull : AdmissionVerdict.Admitted), $"seed {seed}, step {i}: {verdict}");
            if (use is not null)
                inside.Add((address, use));
            Assert.True(scene.Admission.Count == inside.Count, $"seed {seed}, step {i}");
        }
    }

    [Fact]
    public void User_that_leaves_and_comes_again_finds_its_bucket_as_it_was_and_a_full_one_later()
    {
        using var scene = new LimitScene(new ConnectionLimits { MessagesPerSecondPerUser = 2, RateBurst = TimeSpan.FromSeconds(1) });
        var first = scene.Enter(out var transport, "ada");
        first.Send(LimitScene.Ping(1), LimitScene.Ping(2), LimitScene.Ping(3));
        Assert.Equal([(3L, 2001L)], LimitScene.Errors(first));
        scene.Node.On(0, transport.Break);
        scene.Node.Settle();

        var second = scene.Enter(out transport, "ada");
        second.Send(LimitScene.Ping(4));
        Assert.Equal([(4L, 2001L)], LimitScene.Errors(second));
        scene.Node.On(0, transport.Break);
        scene.Advance(1000);

        // Others who come and go sweep out who is due.
        foreach (var name in (string[])["bob", "cyd", "dan"])
        {
            scene.Enter(out transport, name);
            scene.Node.On(0, transport.Break);
            scene.Advance(1000);
        }

        Assert.InRange(scene.Node.Services.Users.Sum(static users => users.Count), 0, 3);
        var third = scene.Enter("ada");
        third.Send(LimitScene.Ping(5), LimitScene.Ping(6));
        Assert.Empty(LimitScene.Errors(third));
    }

    [Fact]
    public void Connection_gives_its_buckets_back_when_they_are_full_and_not_before()
    {
        using var scene = new LimitScene(new ConnectionLimits { MessagesPerSecond = 1, RateBurst = TimeSpan.FromSeconds(6) }, laneCount: 1);
        var peer = scene.Enter(out var transport);
        var lent = scene.Node.ConnectionLanes[0].Rates;
        Assert.Equal(0, lent.Count);
        peer.Send([.. Enumerable.Range(1, 6).Select(LimitScene.Ping)]);
        Assert.Equal(1, lent.Count);
        scene.Advance(5000);
        Assert.Equal(1, lent.Count);
        peer.Send([.. Enumerable.Range(10, 6).Select(LimitScene.Ping)]);
        Assert.Equal([(15L, 2001L)], LimitScene.Errors(peer));
        scene.Advance(9000);
        Assert.Equal(0, lent.Count);
        peer.Send([.. Enumerable.Range(20, 6).Select(LimitScene.Ping)]);
        Assert.Single(LimitScene.Errors(peer));

        // One that ends gives back what it has at once, and is on no list for long.
        scene.Node.On(0, transport.Break);
        scene.Advance(2016);
        Assert.Equal(0, lent.Count);
    }
}
