using System.Buffers;
using Gateway.Server.Connections;

namespace Gateway.Server.Tests.Simulation;

/// <summary>A transport without a socket: the test decides how much the peer takes and when it breaks. Used on one thread.</summary>
internal sealed class SimTransport : ITransport
{
    private readonly List<byte> _sent = [];
    private byte[] _waiting = [];
    private ITransportOwner? _owner;
    private bool _isPaused;
    private bool _isWritableWanted;

    /// <summary>Bytes the peer still takes; the rest waits.</summary>
    public int Window { get; private set; } = int.MaxValue;

    /// <summary>What the peer's kernel has taken; null, as of pipes: unknown.</summary>
    public TakenBytes? Taken { get; set; }

    public bool IsOver { get; private set; }

    public bool IsShutDown { get; private set; }

    public void Start(ITransportOwner owner) => _owner = owner;

    public int Send(ReadOnlySpan<ReadOnlyMemory<byte>> buffers)
    {
        var taken = 0;
        foreach (var buffer in buffers)
        {
            var part = Math.Min(buffer.Length, Window);
            _sent.AddRange(buffer.Span[..part]);
            if (Window != int.MaxValue)
                Window -= part;
            taken += part;
            if (part < buffer.Length)
            {
                _isWritableWanted = true;
                break;
            }
        }

        return taken;
    }

    public int File => -1;

    public void OnShortSend(int sent) => throw new NotSupportedException();

    public TakenBytes? CountTaken() => Taken;

    public long CountLeft() => Taken?.Left ?? 0;

    public void PauseReading() => _isPaused = true;

    public void ResumeReading()
    {
        _isPaused = false;
        Offer();
    }

    public void Shutdown() => IsShutDown = true;

    public void Abort() => Break();

    /// <summary>Bytes that the peer sends.</summary>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        if (IsOver || _owner is null)
            return;
        _waiting = [.. _waiting, .. bytes];
        Offer();
    }

    public void SetWindow(int bytes)
    {
        Window = bytes;
        if (bytes > 0 && _isWritableWanted && !IsOver)
        {
            _isWritableWanted = false;
            _owner!.OnWritable();
        }
    }

    /// <summary>The connection is gone, for both.</summary>
    public void Break()
    {
        if (IsOver)
            return;
        IsOver = true;
        _owner?.OnClosed(byPeer: true);
    }

    public byte[] TakeSent()
    {
        var bytes = _sent.ToArray();
        _sent.Clear();
        return bytes;
    }

    private void Offer()
    {
        if (_isPaused || IsOver || _waiting.Length == 0)
            return;
        var sequence = new ReadOnlySequence<byte>(_waiting);
        _owner!.OnReceived(ref sequence);
        _waiting = sequence.ToArray();
    }
}
