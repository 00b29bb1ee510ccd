using Gateway.Server.Connections.Admitting;

namespace Gateway.Server.Tests.Connections.Admitting;

/// <summary>Cannot be read twice, then shows a machine without memory.</summary>
internal sealed class FailingLoad : ILoadSource
{
    private int _readCount;

    public int ReadCount => Volatile.Read(ref _readCount);

    public LoadSample Read() => Interlocked.Increment(ref _readCount) <= 2 ? throw new IOException("No /proc today.") : new LoadSample(90, 100, default, 1);
}
