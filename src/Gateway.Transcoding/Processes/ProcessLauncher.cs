using System.Collections.Concurrent;
using System.Diagnostics;

namespace Gateway.Transcoding.Processes;

/// <summary>
/// Starts every child on one thread that lives as long as this object. The kernel's parent-death signal is sent when the <em>thread</em>
/// that forked the child ends (prctl(2), PR_SET_PDEATHSIG): a child started from the thread pool would be killed when that thread retires.
/// </summary>
/// <remarks>Disposing ends the thread and thereby any child still alive.</remarks>
internal sealed class ProcessLauncher : IDisposable
{
    // Starts wait for each other; more than the number of workers (two tools each at most) never queue up.
    private const int MaxWaitingStarts = 1024;

    private readonly BlockingCollection<(ProcessStartInfo Info, TaskCompletionSource<Process> Started)> _starts = new(MaxWaitingStarts);
    private readonly Thread _thread;

    public ProcessLauncher()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "transcoding-launcher" };
        _thread.Start();
    }

    public Task<Process> StartAsync(ProcessStartInfo info)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _starts.Add((info, started));
        return started.Task;
    }

    public void Dispose()
    {
        _starts.CompleteAdding();
        _thread.Join();
        _starts.Dispose();
    }

    private void Run()
    {
        foreach (var (info, started) in _starts.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(info)!);
            }
#pragma warning disable CA1031 // Whatever it is belongs to the caller; the thread must live on, or it takes every child with it.
            catch (Exception error)
#pragma warning restore CA1031
            {
                started.SetException(error);
            }
        }
    }
}
