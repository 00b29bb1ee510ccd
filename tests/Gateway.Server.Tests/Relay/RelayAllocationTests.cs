namespace Gateway.Server.Tests.Relay;

/// <summary>Holds the promise of DESIGN.md between nodes: no allocation per message, on its way to the owner, in its order there, back to a node that follows, and to one that stands by.</summary>
public sealed class RelayAllocationTests
{
    private const int Warmup = 3000;
    private const int Measured = 1000;

    [Theory]
    [InlineData("live:a", "")]
    [InlineData("chat:a", "")]
    [InlineData("live:a", "key")]
    public void Publish_over_three_nodes_in_steady_state_allocates_nothing(string room, string conflationKey)
    {
        using var rig = new RelayRig(room, payloadBytes: 128, conflationKey);
        for (var i = 0; i < Warmup; i++)
            rig.Publish();
        Assert.Equal((Warmup, Warmup), (rig.AcceptedCount, rig.DeliveredCount));

        // The best of many: see PublishAllocationTests.
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 25 && least > 0; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Measured; i++)
                rig.Publish();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(rig.AcceptedCount, rig.DeliveredCount);
        Assert.Equal(0, least);
        var standing = rig.TakeStanding()!;
        Assert.Equal(conflationKey.Length > 0 ? (0, 1) : (rig.AcceptedCount, 0), (standing.Head, standing.Kept.Count));
        foreach (var message in standing.Kept)
            message.Release();
    }
}
