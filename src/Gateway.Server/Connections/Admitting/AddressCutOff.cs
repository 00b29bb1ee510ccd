using Gateway.Protocol.Frames;
using Gateway.Server.Lanes;

namespace Gateway.Server.Connections.Admitting;

/// <summary>Closes the connections of a lane whose addresses may not connect any more, after the lists have changed. Of IPv6 those of a whole /64 that may not.</summary>
internal sealed class AddressCutOff(ConnectionLane lane) : ILaneWork
{
    public void Execute(int code, object? argument, long number)
    {
        var rules = (AddressRules)argument!;

        // From the end: one that ends at once leaves the list, and the last one takes its place.
        for (var i = lane.Connections.Count - 1; i >= 0; i--)
        {
            if (rules.KeepsOut(lane.Connections[i].Info.Address.Address))
                lane.Connections[i].Close((ushort)GatewayCloseCode.Disconnected, "connections from this address are not allowed any more");
        }
    }
}
