using System.Runtime.InteropServices;

namespace Gateway.Server.Operations;

/// <summary>The host drains on the first SIGINT or SIGTERM; this ends the process at once on the second.</summary>
internal sealed class RepeatedSignal : IDisposable
{
    private const int ExitCode = 130;
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    public RepeatedSignal() =>
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true; // The host's own handler stops the application.
        if (Interlocked.Increment(ref _count) == 1)
            return;
        Console.Error.WriteLine("gateway: second signal, ended without waiting.");
        Environment.Exit(ExitCode);
    }
}
