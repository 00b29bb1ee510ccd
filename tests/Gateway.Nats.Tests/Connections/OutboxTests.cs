using System.Text;
using Gateway.Nats.Connections;
using Gateway.Nats.Diagnostics;
using Gateway.Nats.Protocol;
using Gateway.Nats.Subscriptions;
using Gateway.Nats.Tests.Support;

namespace Gateway.Nats.Tests.Connections;

/// <summary>What is sent, kept and given up, without a socket.</summary>
public sealed class OutboxTests
{
    private static readonly NatsError Lost = new(NatsErrorCode.ConnectionLost, "lost");

    private readonly SubscriptionTable _table = new(new ConnectionCounters(), new GuardedObserver(observer: null));
    private readonly Outbox _outbox;
    private List<Chunk> _batch = [];

    public OutboxTests() => _outbox = new Outbox(1_000_000, _table);

    [Fact]
    public void Take_givesAllInOrder_withControlAtTheEnd()
    {
        _outbox.Attach(new ServerInfo());
        Publish("1");
        Subscribe("a");
        Publish("2");
        Assert.Equal("PUB s 1~1~SUB a 1~PUB s 1~2~PONG~PING~", Take(ping: true, pong: true));
        Assert.Equal("", Take());
        Assert.Equal("PONG~", Take(pong: true));
    }

    [Fact]
    public void Attach_subscriptionsComeFirst_andAreNotKept()
    {
        Publish("1");
        Subscribe("a");
        _outbox.Attach(new ServerInfo());
        Publish("2");
        Assert.Equal("SUB a 1~PUB s 1~1~PUB s 1~2~", Take());
        _outbox.Detach(_batch, 0, Lost, inGoodOrder: false);
        _outbox.Attach(new ServerInfo());

        // The first chunk was the subscriptions': what failed was their write, so the messages behind them go again.
        Assert.Equal("SUB a 1~PUB s 1~1~PUB s 1~2~", Take());
        Assert.Equal(0, _outbox.UnconfirmedMessages);
        WriteAll();
        Assert.Equal(0, _outbox.PendingBytes);
    }

    [Fact]
    public void Detach_theChunkThatBrokeIsGivenUp_thoseBehindItAreKept_withoutTheirControl()
    {
        _outbox.Attach(new ServerInfo());
        for (var i = 0; i < 5; i++)
            Publish(new string((char)('a' + i), 40_000));
        Take(ping: true);
        Assert.Equal(5, _batch.Count);
        _outbox.Written(_batch[0]);
        Publish("late");
        Assert.Equal(5, _outbox.PendingMessages);
        _outbox.Detach(_batch, 1, Lost, inGoodOrder: false);
        Assert.Equal(1, _outbox.UnconfirmedMessages);
        Assert.Equal(4, _outbox.PendingMessages);
        _outbox.Attach(new ServerInfo());
        var sent = Take();
        Assert.Equal("cdel", string.Concat(sent.Split('~').Where(line => !line.StartsWith("PUB", StringComparison.Ordinal) && line.Length > 0).Select(line => line[0])));
        Assert.DoesNotContain("PING", sent, StringComparison.Ordinal);
        WriteAll();
        Assert.Equal((0L, 0L), (_outbox.PendingBytes, _outbox.PendingMessages));
    }

    [Fact]
    public async Task Flush_failsWhenItsConnectionEnds_butNotWhenItIsLeftInGoodOrder()
    {
        _outbox.Attach(new ServerInfo());
        var broken = _outbox.FlushAsync();
        _outbox.Detach(_batch, 0, Lost, inGoodOrder: false);
        Assert.Equal(Lost, await broken.Within());

        _outbox.Attach(new ServerInfo());
        var kept = _outbox.FlushAsync();
        _outbox.Detach(_batch, 0, Lost, inGoodOrder: true);
        Assert.False(kept.IsCompleted);
        _outbox.Close(Lost);
        Assert.Equal(Lost, await kept.Within());
        Assert.Equal(NatsErrorCode.Closed, (await _outbox.FlushAsync().Within())!.Code);
    }

    [Fact]
    public void Retire_endsTheSubscriptions_ofThisConnectionOnly()
    {
        Subscribe("a");
        _outbox.Attach(new ServerInfo());
        Publish("1");
        Assert.Equal("SUB a 1~PUB s 1~1~UNSUB 1~PING~", Take(retire: true));
        Subscribe("b");
        Publish("2");
        _outbox.Detach(_batch, 0, Lost, inGoodOrder: false);
        _outbox.Attach(new ServerInfo());
        Assert.Equal("SUB a 1~SUB b 2~PUB s 1~1~PUB s 1~2~", Take());
    }

    [Fact]
    public void Trim_givesBackWhatABurstNeeded_onceItIsNotNeededAnyMore()
    {
        var outbox = new Outbox(10_000_000, _table);
        outbox.Attach(new ServerInfo());
        Burst(outbox, 100);
        Assert.Equal(100, outbox.FreeChunkCount);
        outbox.Trim();
        Burst(outbox, 50);
        outbox.Trim();
        Assert.Equal(50, outbox.FreeChunkCount);
        outbox.Trim();
        Assert.Equal(16, outbox.FreeChunkCount);
        outbox.Trim();
        Assert.Equal(16, outbox.FreeChunkCount);
    }

    [Fact]
    public void RandomLife_nothingTwice_nothingOutOfOrder_andTheCountsAreRight()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var outbox = new Outbox(400_000, _table);
        var (sent, accepted, refused) = (new List<int>(), 0, 0);
        for (var step = 0; step < 3_000; step++)
        {
            switch (random.Next(4))
            {
                case 0 or 1:
                    var text = $"{accepted} ".PadRight(random.Next(10) == 0 ? random.Next(100_000) : random.Next(500));
                    if (outbox.Publish("s"u8, default, default, Encoding.ASCII.GetBytes(text)) == NatsPublishResult.Accepted)
                        accepted++;
                    else
                        refused++;
                    break;
                case 2:
                    outbox.Attach(new ServerInfo());
                    _batch = [];
                    outbox.Take(ref _batch, [], ping: random.Next(2) == 0, pong: false, retire: random.Next(5) == 0);
                    var written = random.Next(_batch.Count + 1);
                    for (var i = 0; i < written; i++)
                    {
                        sent.AddRange(Numbers(Text(_batch[i])));
                        outbox.Written(_batch[i]);
                    }

                    outbox.Detach(_batch, written, Lost, inGoodOrder: false);
                    break;
            }

            Assert.True(outbox.PendingBytes is >= 0 and <= 400_000, $"Seed {seed}, step {step}: {outbox.PendingBytes} bytes wait.");
        }

        Assert.True(sent.SequenceEqual(sent.Distinct().Order()), $"Seed {seed}: doubled or out of order.");
        Assert.Equal((accepted, refused), ((int)outbox.PublishedMessages, (int)outbox.RefusedMessages));
        Assert.Equal(accepted, sent.Count + outbox.UnconfirmedMessages + outbox.PendingMessages);
    }

    private static void Burst(Outbox outbox, int chunks)
    {
        for (var i = 0; i < chunks; i++)
            Assert.Equal(NatsPublishResult.Accepted, outbox.Publish("s"u8, default, default, new byte[40_000]));
        List<Chunk> batch = [];
        outbox.Take(ref batch, [], ping: false, pong: false, retire: false);
        Assert.Equal(chunks, batch.Count);
        foreach (var chunk in batch)
            outbox.Written(chunk);
    }

    private static IEnumerable<int> Numbers(string text) => text.Split('~').Where(line => line.Contains(' ', StringComparison.Ordinal) && char.IsAsciiDigit(line[0]))
        .Select(line => int.Parse(line.Split(' ')[0]));

    private static string Text(Chunk chunk) => Encoding.ASCII.GetString(chunk.Written.Span).Replace("\r\n", "~", StringComparison.Ordinal);

    private void Publish(string payload) => Assert.Equal(NatsPublishResult.Accepted, _outbox.Publish("s"u8, default, default, Encoding.ASCII.GetBytes(payload)));

    private void Subscribe(string subject) =>
        _outbox.Subscribe(new NatsSubscription(_outbox, _table.TakeId(), Encoding.ASCII.GetBytes(subject), [], 0, new CollectingHandler()));

    private string Take(bool ping = false, bool pong = false, bool retire = false)
    {
        _batch = [];
        _outbox.Take(ref _batch, [], ping, pong, retire);
        return string.Concat(_batch.Select(Text));
    }

    private void WriteAll()
    {
        foreach (var chunk in _batch)
            _outbox.Written(chunk);
    }
}
