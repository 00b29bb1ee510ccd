using System.Text;
using Gateway.Protocol.Frames;
using Gateway.Protocol.WebSockets;
using Gateway.Server.Accounts;
using Gateway.Server.Accounts.Tickets;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Limiting;
using Gateway.Server.Operations.Draining;
using Gateway.Server.Tests.Connections.Limiting;
using Gateway.Server.Tests.Simulation;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gateway.Server.Tests.Connections;

/// <summary>The appointments that a draining node gives: when, where, and with what.</summary>
public sealed class ConnectionDrainTests : IDisposable
{
    private static readonly string[] Urls = ["wss://n2.example.com/ws", "wss://n3.example.com/ws"];

    private readonly LimitScene _scene = new(new ConnectionLimits { DrainPerSecond = 20 });
    private readonly CancellationTokenSource _deadline = new();
    private readonly ScriptedTicketStore _store;
    private readonly ConnectTickets _tickets;
    private Task _drain = Task.CompletedTask;

    public ConnectionDrainTests()
    {
        var accounts = Options.Create(new AccountsOptions());
        _store = new ScriptedTicketStore(new InMemoryTicketStore(accounts, _scene.Node.Time));
        _tickets = new ConnectTickets(_store, _scene.Node.Revocations, accounts, _scene.Node.Time);
    }

    [Fact]
    public async Task Everybody_gets_a_time_and_a_place_and_who_is_known_a_ticket()
    {
        var peers = Enumerable.Range(0, 5).Select(i => _scene.Enter(i == 4 ? null : $"user-{i}", lane: i % 2)).ToList();
        Drain(Urls);
        var told = Goaways(peers);

        Assert.Equal([2, 3], told.GroupBy(static each => each.Url).Select(static group => group.Count()).Order());
        Assert.All(told, static each => Assert.InRange(each.After, 500, 600));
        Assert.Equal("", told[4].Ticket);
        for (var i = 0; i < 4; i++)
        {
            var identity = (await _tickets.RedeemAsync(told[i].Ticket, CancellationToken.None)).Identity;
            Assert.Equal($"user-{i}", identity?.UserId);
            Assert.Equal(TokenStatus.Invalid, (await _tickets.RedeemAsync(told[i].Ticket, CancellationToken.None)).Status);
        }

        // As long as any ticket from the moment at which it is to be used.
        Assert.True(_store.Lifetime >= TimeSpan.FromSeconds(30.5));
    }

    [Fact]
    public void Without_another_node_clients_come_back_to_where_they_were()
    {
        var peer = _scene.Enter("ann");
        Drain([]);
        Assert.Equal("", Assert.Single(Goaways([peer])).Url);
    }

    [Fact]
    public void A_store_that_is_away_is_left_alone_and_everybody_goes_without()
    {
        var peers = Enumerable.Range(0, 6).Select(i => _scene.Enter($"user-{i}")).ToList();
        _store.IsAway = true;
        Drain(Urls);
        Assert.All(Goaways(peers), static each => Assert.Equal("", each.Ticket));

        // Two in a wave at 20 a second: only the first wave asked.
        Assert.Equal(2, _store.AddCount);
    }

    [Fact]
    public void A_store_that_is_silent_holds_nobody_up()
    {
        var peers = Enumerable.Range(0, 4).Select(i => _scene.Enter($"user-{i}")).ToList();
        _store.IsSilent = true;
        Drain(Urls);
        Assert.All(Goaways(peers), static each => Assert.Equal("", each.Ticket));
        Assert.Equal(2, _store.AddCount);
    }

    [Fact]
    public void Tickets_that_nobody_else_knows_are_not_given()
    {
        var peer = _scene.Enter("ann");
        Drain([], _scene.Node.Tickets);
        Assert.Equal("", Assert.Single(Goaways([peer])).Ticket);
    }

    public void Dispose()
    {
        _deadline.Cancel();
        _scene.Await(() => _drain.IsCompleted);
        _deadline.Dispose();
        _scene.Dispose();
    }

    private void Drain(string[] urls, ConnectTickets? tickets = null) =>
        _drain = new ConnectionDrain(_scene.Node.Node, tickets ?? _tickets, NullLogger<ConnectionDrain>.Instance, new Others(urls)).DrainAsync(_deadline.Token);

    // Moves the clock on, a wave at a time, until all have been told.
    private List<(int After, string Url, string Ticket)> Goaways(IReadOnlyList<RawPeer> peers)
    {
        _scene.Await(() =>
        {
            _scene.Advance(1);
            return peers.All(static peer => LimitScene.CountOf(peer, (int)Op.Goaway) == 1);
        });
        return [.. peers.Select(GoawayOf)];
    }

    private static (int After, string Url, string Ticket) GoawayOf(RawPeer peer)
    {
        foreach (var (_, payload) in peer.Messages.Where(static message => message.Opcode == Opcode.Binary))
        {
            var reader = new FrameReader(payload);
            while (reader.TryReadNext(out var frame) == FrameReadStatus.Frame)
            {
                if (frame.Op == (int)Op.Goaway && GoawayFrame.TryRead(frame, out var goaway, out _))
                    return (goaway.AfterMilliseconds, Encoding.UTF8.GetString(goaway.Url), Encoding.UTF8.GetString(goaway.Ticket));
            }
        }

        throw new InvalidOperationException("Nobody told it to go.");
    }

    private sealed class Others(string[] urls) : IOtherNodes
    {
        public IReadOnlyList<string> PublicUrls => urls;
    }
}
