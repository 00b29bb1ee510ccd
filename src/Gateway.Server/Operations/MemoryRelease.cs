using System.Runtime;
using System.Runtime.InteropServices;

namespace Gateway.Server.Operations;

/// <summary>
/// Collects all garbage and gives free memory back to the system when the process gets SIGUSR2: for an operator who wants to see what the node really holds, and for
/// measurements.
/// </summary>
internal sealed partial class MemoryRelease(ILogger<MemoryRelease> log) : IHostedService, IDisposable
{
    // SIGUSR2 on Linux (man 7 signal, x86 and ARM).
    private const PosixSignal Signal = (PosixSignal)12;

    private PosixSignalRegistration? _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux())
            _registration = PosixSignalRegistration.Create(Signal, context =>
            {
                context.Cancel = true;
                Release();
            });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration?.Dispose();

    private void Release()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var left = GC.GetTotalMemory(forceFullCollection: false);
        var resident = Environment.WorkingSet;
        LogReleased(left, resident);
    }

    [LoggerMessage(EventId = 9040, Level = LogLevel.Information, Message = "Memory given back on request: {HeapBytes} bytes of objects are left, {ResidentBytes} bytes resident")]
    private partial void LogReleased(long heapBytes, long residentBytes);
}
