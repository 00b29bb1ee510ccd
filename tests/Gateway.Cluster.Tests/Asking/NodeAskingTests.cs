using System.Diagnostics.Metrics;
using Gateway.Protocol.MessagePack;
using Gateway.Server.Cluster;
using Gateway.Server.Cluster.Asking;
using Gateway.Server.Tests.Simulation;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Cluster.Tests.Asking;

/// <summary>Questions to all nodes over a twin of the wire: who is waited for, and what is said when somebody does not answer.</summary>
public sealed class NodeAskingTests : IDisposable
{
    private static readonly NodeId A = new("a", 1);
    private static readonly NodeId B = new("b", 2);
    private static readonly NodeId C = new("c", 3);
    private static readonly byte[] Nil = [0xC0];

    private readonly AskingWires _wires = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<NodeAsking> _nodes = [];
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Ask_everybodyAnswers_completeWithAllAnswers()
    {
        var asker = Node(A, out _, answer: null);
        Node(B, out _, answer: 2);
        Node(C, out _, answer: 3);
        asker.OnMembers([Member(A), Member(B), Member(C)]);

        var answers = await asker.AskAsync(QuestionKind.Direct, Nil);
        Assert.True(answers.IsComplete);
        Assert.Equal([(B, 2), (C, 3)], answers.All.Select(static each => (each.Node, NumberIn(each.Answer))));
    }

    [Fact]
    public async Task Ask_oneIsSilent_incompleteWhenTheTimeIsUp()
    {
        var asker = Node(A, out _, answer: null);
        Node(B, out _, answer: 2);
        Node(C, out _, answer: null);
        asker.OnMembers([Member(A), Member(B), Member(C)]);

        var asked = asker.AskAsync(QuestionKind.Direct, Nil);
        _time.Advance(900);
        Assert.False(asked.IsCompleted);
        _time.Advance(200);
        var answers = await asked;
        Assert.False(answers.IsComplete);
        Assert.Equal(2, NumberIn(Assert.Single(answers.All).Answer));
    }

    [Theory]
    [InlineData(MemberHealth.Dead, MemberState.Alive, true)]
    [InlineData(MemberHealth.Heard, MemberState.Left, true)]
    [InlineData(MemberHealth.Suspected, MemberState.Alive, false)]
    [InlineData(MemberHealth.Heard, MemberState.Draining, false)]
    [InlineData(MemberHealth.Heard, MemberState.Joining, false)]
    internal void Ask_silentNode_isWaitedForAsLongAsItLives(MemberHealth health, MemberState state, bool isComplete)
    {
        var asker = Node(A, out _, answer: null);
        asker.OnMembers([Member(A), Member(B) with { Health = health, State = state }]);
        Assert.Equal(isComplete, asker.AskAsync(QuestionKind.Direct, Nil) is { IsCompletedSuccessfully: true, Result.IsComplete: true });
    }

    [Fact]
    public async Task Ask_nodeThatHasJustBegun_doesNotClaimToKnowAll()
    {
        var asker = Node(A, out _, answer: null);
        Assert.False((await asker.AskAsync(QuestionKind.Direct, Nil)).IsComplete);
        asker.OnMembers([Member(A) with { State = MemberState.Joining }]);
        Assert.False((await asker.AskAsync(QuestionKind.Direct, Nil)).IsComplete);
        asker.OnMembers([Member(A)]);
        Assert.True((await asker.AskAsync(QuestionKind.Direct, Nil)).IsComplete);
    }

    [Fact]
    public async Task Ask_wireIsDown_nothingIsSentAndTheSinkHearsNothing()
    {
        var asker = Node(A, out var wire, answer: null);
        Node(B, out _, answer: 2);
        asker.OnMembers([Member(A), Member(B)]);
        wire.IsUp = false;
        Assert.False(asker.IsReachable);
        Assert.False(asker.Ask(QuestionKind.Direct, Nil, new AwaitedAnswers()));
        wire.IsUp = true;
        wire.IsFull = true;
        Assert.False(asker.Ask(QuestionKind.Direct, Nil, new AwaitedAnswers()));
        Assert.Equal(0, wire.SentCount);
        Assert.False((await asker.AskAsync(QuestionKind.Direct, Nil)).IsComplete);
    }

    [Fact]
    public void Ask_beyondWhatMayWait_isRefusedUntilSomeHaveTimedOut()
    {
        var asker = Node(A, out _, answer: null);
        asker.OnMembers([Member(A), Member(B)]);
        var count = 0;
        while (asker.Ask(QuestionKind.Direct, Nil, new AwaitedAnswers()))
            count++;
        Assert.Equal(65_536, count);
        _time.Advance(2000);
        Assert.True(asker.IsReachable);
    }

    [Fact]
    public void Expire_whileAnotherRunIsUnderWay_takesNothing()
    {
        var asker = Node(A, out _, answer: null);
        asker.OnMembers([Member(A), Member(B)]);
        var second = new AwaitedAnswers();
        var isTakenWithin = false;
        asker.Ask(QuestionKind.Direct, Nil, new EndingSink(() =>
        {
            // The timer fires again before its callback has returned.
            _time.Advance(2000);
            isTakenWithin = second.Task.IsCompleted;
        }));
        _time.Advance(500);
        asker.Ask(QuestionKind.Direct, Nil, second);
        _time.Advance(600);
        Assert.False(isTakenWithin);
        _time.Advance(50);
        Assert.True(second.Task.IsCompleted);
    }

    [Fact]
    public void Message_thatIsNoQuestion_isPassedOver()
    {
        Node(B, out var wire, answer: 2);
        foreach (var bytes in (byte[][])[[], [0xC1], [0x95, 0x02, 0xA1, 0x61, 0x01, 0x01, 0xC0], [0x95, 0x01], [0x90]])
            wire.TrySend("gateway.cluster.test.ask", bytes);
        Assert.Equal(5, wire.SentCount);
    }

    public void Dispose()
    {
        _nodes.ForEach(static node => node.Dispose());
        _services.Dispose();
    }

    private static MemberView Member(NodeId id) => new(id, MemberState.Alive, MemberHealth.Heard, 0, true);

    private static int NumberIn(byte[] answer) => new MessagePackReader(answer).TryReadInt32(out var number) ? number : -1;

    private NodeAsking Node(NodeId id, out AskingWires.Wire wire, int? answer)
    {
        wire = _wires.Create();
        var node = new NodeAsking(id, "test", wire, TimeSpan.FromSeconds(1), new AskingMetrics(_services.GetRequiredService<IMeterFactory>()), _time);
        node.Start(answer is { } number ? [new Answering(number)] : []);
        _nodes.Add(node);
        return node;
    }

    private sealed class Answering(int number) : INodeAnswerer
    {
        public QuestionKind Kind => QuestionKind.Direct;

        public void Take(ReadOnlySpan<byte> body, Question question) => question.Reply(number);
    }
}
