using System.Buffers;
using Gateway.Server.Connections;

namespace Gateway.Server.Tests.Simulation;

/// <summary>A transport that takes everything and only counts, so that what is measured is the gateway's own work.</summary>
internal sealed class CountingTransport : ITransport
{
    private ITransportOwner? _owner;

    public long SentBytes { get; private set; }

    public int SendCount { get; private set; }

    public void Start(ITransportOwner owner) => _owner = owner;

    public int Send(ReadOnlySpan<ReadOnlyMemory<byte>> buffers)
    {
        var taken = 0;
        foreach (var buffer in buffers)
            taken += buffer.Length;
        SentBytes += taken;
        SendCount++;
        return taken;
    }

    public int File => -1;

    public void OnShortSend(int sent) => throw new NotSupportedException();

    public void PauseReading()
    {
    }

    public void ResumeReading()
    {
    }

    public void Shutdown()
    {
    }

    public void Abort()
    {
    }

    public void Receive(in ReadOnlySequence<byte> bytes)
    {
        var rest = bytes;
        _owner!.OnReceived(ref rest);
    }
}
