using Gateway.Server.Connections.Admitting;

namespace Gateway.Server.Tests.Connections.Limiting;

/// <summary>Shows a guard the CPU of a process on four cores, second by second.</summary>
internal sealed class CpuLoad
{
    private const int CoreCount = 4;

    private readonly LoadGuard _guard;
    private TimeSpan _at;
    private TimeSpan _used;

    public CpuLoad(LoadGuard guard)
    {
        _guard = guard;
        Observe();
    }

    public void Run(int seconds, int percent)
    {
        for (var i = 0; i < seconds; i++)
        {
            _at += TimeSpan.FromSeconds(1);
            _used += TimeSpan.FromMilliseconds(10 * percent * CoreCount);
            Observe();
        }
    }

    private void Observe() => _guard.Observe(_at, new LoadSample(1, 100, _used, CoreCount));
}
