using Gateway.Server.Connections.Admitting;

namespace Gateway.Server.Tests.Connections.Limiting;

/// <summary>A machine whose load is always the same.</summary>
internal sealed class FixedLoad(LoadSample sample) : ILoadSource
{
    public LoadSample Read() => sample;
}
