namespace Gateway.Server.Tests.Rooms;

/// <summary>The oracle over the history in memory.</summary>
public sealed class RoomOracleTests(ITestOutputHelper output) : RoomOracle(output)
{
    public static TheoryData<int> Seeds()
    {
        var data = new TheoryData<int> { 1, 2, 3 };
        for (var i = 0; i < 9; i++)
            data.Add(Random.Shared.Next());
        return data;
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Schedule(int seed) => Run(seed, history: null);
}
