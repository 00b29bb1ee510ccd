using System.Text;

namespace Gateway.Transcoding.Processes;

/// <summary>The last bytes that were written, in a ring: a tool that floods its error output costs no more memory than one that does not.</summary>
/// <remarks>Written by the one task that reads the pipe; read after that task has ended, or under the lock while it runs.</remarks>
internal sealed class StderrTail(int capacityBytes)
{
    private readonly Lock _lock = new();
    private readonly byte[] _ring = new byte[capacityBytes];
    private long _written;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _written += Math.Max(0, bytes.Length - _ring.Length);
            if (bytes.Length > _ring.Length)
                bytes = bytes[^_ring.Length..];

            var position = (int)(_written % _ring.Length);
            var first = Math.Min(bytes.Length, _ring.Length - position);
            bytes[..first].CopyTo(_ring.AsSpan(position));
            bytes[first..].CopyTo(_ring);
            _written += bytes.Length;
        }
    }

    /// <summary>Whole lines where the front was cut off; what is not UTF-8 is replaced.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            if (_written <= _ring.Length)
                return Encoding.UTF8.GetString(_ring.AsSpan(0, (int)_written)).Trim();

            var position = (int)(_written % _ring.Length);
            var text = Encoding.UTF8.GetString([.. _ring.AsSpan(position), .. _ring.AsSpan(0, position)]);
            return text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..].Trim();
        }
    }
}
