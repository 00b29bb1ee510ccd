using Gateway.Protocol.Frames;
using Gateway.Server.Lanes;

namespace Gateway.Server.Connections;

/// <summary>Ends the connection of an id, if it is one of the lane's. A walk over all of them: for people and their tools, not for each message.</summary>
internal sealed class ConnectionCutOff(ConnectionLane lane, string id) : ILaneWork
{
    private readonly TaskCompletionSource<bool> _isFound = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<bool> IsFound => _isFound.Task;

    public void Execute(int code, object? argument, long number) => _isFound.SetResult(TryEnd());

    private bool TryEnd()
    {
        foreach (var connection in lane.Connections)
        {
            if (string.Equals(connection.Info.Id, id, StringComparison.Ordinal))
            {
                connection.Close((ushort)GatewayCloseCode.Disconnected, "disconnected by an administrator");
                return true;
            }
        }

        return false;
    }
}
