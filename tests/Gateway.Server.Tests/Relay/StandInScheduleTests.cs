using Gateway.Server.Rooms;
using Gateway.Server.Tests.Rooms;

namespace Gateway.Server.Tests.Relay;

/// <summary>Random take-overs. To replay a failure, put the printed seed into <see cref="Replay"/>.</summary>
[Collection(nameof(AloneCollection))]
public sealed class StandInScheduleTests(ITestOutputHelper output)
{
    private const int ScheduleCount = 40;

    public static TheoryData<int> Seeds() => new(1, Random.Shared.Next());

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Take_overs_are_warm(int seed)
    {
        var (kept, seen) = (0, 0);
        var count = int.TryParse(Environment.GetEnvironmentVariable("GATEWAY_RELAY_SCHEDULES"), out var asked) ? asked : ScheduleCount;
        var failed = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var messages = RoomMessage.RentedCount;
            using var run = new StandInSchedule(seed + i);
            run.Run();
            if (run.Violations.Count > 0)
                failed.Add($"seed {seed + i}: {run.Violations[0]} (+{run.Violations.Count - 1})");
            else if (RoomMessage.RentedCount != messages)
                failed.Add($"seed {seed + i}: {RoomMessage.RentedCount - messages} messages were not given back");
            kept += run.KeptCount;
            seen += run.SeenCount;
        }

        output.WriteLine($"seeds {seed} to {seed + count - 1}: {kept} times a kept message was looked for, {seen} messages seen, {failed.Count} schedules failed");
        Assert.True(failed.Count == 0, string.Join(Environment.NewLine, failed));
        Assert.True(kept > count * 10 && seen > count * 10, "Next to nothing happened.");
    }

    [Theory(Explicit = true)]
    [InlineData(1)]
    public void Replay(int seed)
    {
        using var run = new StandInSchedule(seed);
        run.Run();
        Assert.True(run.Violations.Count == 0, string.Join(Environment.NewLine, run.Violations));
    }
}
