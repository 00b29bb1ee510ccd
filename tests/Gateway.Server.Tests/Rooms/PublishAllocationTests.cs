using Gateway.Server.Tests.Simulation;

namespace Gateway.Server.Tests.Rooms;

/// <summary>Holds the promise of DESIGN.md: no allocation per message. A publish goes in as bytes and comes out as bytes at 1,000 members.</summary>
public sealed class PublishAllocationTests
{
    private const int Warmup = 3000;
    private const int Measured = 1000;

    [Theory]
    [InlineData("live:a")]
    [InlineData("chat:a")]
    public void Publish_to_1000_members_in_steady_state_allocates_nothing(string room)
    {
        using var rig = new PublishRig(room, memberCount: 1000, payloadBytes: 128);
        for (var i = 0; i < Warmup; i++)
            rig.Publish();

        // The best of many: a collection started by another test can charge this thread for its allocation context, and another test can
        // hold what the process-wide pools would have given. A path that allocates does so every time.
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 25 && least > 0; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Measured; i++)
                rig.Publish();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
