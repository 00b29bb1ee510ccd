using Gateway.Server.Rooms;
using Gateway.Server.Tests.Rooms;

namespace Gateway.Server.Tests.Relay;

/// <summary>Random schedules over three nodes. To replay a failure, put the printed seed into <see cref="Replay"/>.</summary>
[Collection(nameof(AloneCollection))]
public sealed class RelayScheduleTests(ITestOutputHelper output)
{
    private const int ScheduleCount = 60;

    // A lane keeps some empty buffers for the next turn.
    private const int KeptBufferCount = 64;

    public static TheoryData<int, bool> Seeds() => new()
    {
        { 1, false },
        { 1705263691, true },
        { Random.Shared.Next(), false },
        { 1, true },
        { Random.Shared.Next(), true },
    };

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Schedules(int seed, bool losesHistory)
    {
        var (accepted, seen) = (0, 0);
        var count = int.TryParse(Environment.GetEnvironmentVariable("GATEWAY_RELAY_SCHEDULES"), out var asked) ? asked : ScheduleCount;
        var failed = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var schedule = seed + i;
            var (messages, buffers) = (RoomMessage.RentedCount, WireBuffer.RentedCount);
            using var run = new RelaySchedule(schedule, losesHistory);
            run.Run();
            if (run.Violations.Count > 0)
                failed.Add($"seed {schedule}: {run.Violations[0].Replace("....", "", StringComparison.Ordinal)} (+{run.Violations.Count - 1})");
            else if (RoomMessage.RentedCount != messages || WireBuffer.RentedCount - buffers > KeptBufferCount)
                failed.Add($"seed {schedule}: {RoomMessage.RentedCount - messages} messages and {WireBuffer.RentedCount - buffers} buffers were not given back");
            accepted += run.AcceptedCount;
            seen += run.SeenCount;
        }

        output.WriteLine($"seeds {seed} to {seed + count - 1}: {accepted} publishes accepted, {seen} messages seen, {failed.Count} schedules failed");
        Assert.True(failed.Count == 0, string.Join(Environment.NewLine, failed));
        Assert.True(seen > count * 20, "The schedules delivered next to nothing.");
    }

    [Theory(Explicit = true)]
    [InlineData(1, false)]
    public void Replay(int seed, bool losesHistory)
    {
        using var run = new RelaySchedule(seed, losesHistory);
        run.Run();
        Assert.True(run.Violations.Count == 0, string.Join(Environment.NewLine, run.Violations));
    }
}
