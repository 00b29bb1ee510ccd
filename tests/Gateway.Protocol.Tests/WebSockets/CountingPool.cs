using System.Buffers;

namespace Gateway.Protocol.Tests.WebSockets;

/// <summary>Lends exact arrays filled with rubbish, notices what is not given back or given back twice, and remembers the most that was out at once.</summary>
internal sealed class CountingPool : ArrayPool<byte>
{
    private readonly HashSet<byte[]> _out = new(ReferenceEqualityComparer.Instance);
    private long _outBytes;

    public int OutCount => _out.Count;

    public long PeakBytes { get; private set; }

    public override byte[] Rent(int minimumLength)
    {
        var array = new byte[minimumLength];
        array.AsSpan().Fill(0xAA);
        _out.Add(array);
        _outBytes += array.Length;
        PeakBytes = Math.Max(PeakBytes, _outBytes);
        return array;
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        if (!_out.Remove(array))
            throw new InvalidOperationException("An array was given back that is not out.");
        _outBytes -= array.Length;
        array.AsSpan().Fill(0xBB); // who still reads it shall notice
    }
}
