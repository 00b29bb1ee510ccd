using Gateway.Server.Lanes;
using Gateway.Server.Rooms;

namespace Gateway.Server.Tests.Rooms.Histories;

public sealed class InMemoryHistoryTests : HistoryContract
{
    private protected override Func<Lane, RoomsOptions, IHistory> History => static (lane, options) => new InMemoryHistory(lane, options, HistoryRig.LaneCount);
}
