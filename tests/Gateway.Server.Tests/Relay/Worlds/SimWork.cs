using Gateway.Server.Lanes;

namespace Gateway.Server.Tests.Relay.Worlds;

/// <summary>Something that a test does as the lane does it.</summary>
internal sealed class SimWork(Action action) : ILaneWork
{
    public void Execute(int code, object? argument, long number) => action();
}
