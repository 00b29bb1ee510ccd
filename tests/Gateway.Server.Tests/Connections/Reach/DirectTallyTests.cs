using Gateway.Server.Cluster;
using Gateway.Server.Connections;
using Gateway.Server.Connections.Reach;

namespace Gateway.Server.Tests.Connections.Reach;

public sealed class DirectTallyTests
{
    // 0xFF is -1 (not taken), 0xC0 nil.
    [Theory]
    [InlineData(0, new byte[] { 0, 0 }, true, 0)]
    [InlineData(1, new byte[] { 0, 2 }, true, 3)]
    [InlineData(0, new byte[] { 2 }, false, 2)]
    [InlineData(1, new byte[] { }, false, 1)]
    [InlineData(0, new byte[] { 0 }, false, IDirectSender.Unavailable)]
    [InlineData(0, new byte[] { 0, 0xFF }, true, IDirectSender.Unavailable)]
    [InlineData(0, new byte[] { 0, 0xC0 }, true, IDirectSender.Unavailable)]
    [InlineData(0, new byte[] { 1, 0xFF }, true, 1)]
    public void OnDone_sender_isToldWhatIsKnown(int here, byte[] answers, bool isComplete, int expected)
    {
        var sender = new Sender();
        var tally = new DirectTally(new DirectMessage("ann", [], sender, 7), here);
        foreach (var answer in answers)
            tally.OnAnswer(new NodeId("b", 1), [answer]);
        tally.OnDone(isComplete);
        Assert.Equal((7, expected), sender.Told);
    }

    private sealed class Sender : IDirectSender
    {
        public (int Id, int Count) Told { get; private set; }

        public void OnSent(int id, int count) => Told = (id, count);
    }
}
