using Gateway.Server.Lanes;

namespace Gateway.Server.Connections;

/// <summary>Asks a lane for the list of its connections.</summary>
internal sealed class ConnectionListing(ConnectionLane lane) : ILaneWork
{
    private readonly TaskCompletionSource<Connection[]> _connections = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static Task<Connection[]> OfAsync(ConnectionLane lane)
    {
        var listing = new ConnectionListing(lane);
        lane.Lane.Post(listing, 0);
        return listing._connections.Task;
    }

    public void Execute(int code, object? argument, long number) => _connections.SetResult([.. lane.Connections]);
}
