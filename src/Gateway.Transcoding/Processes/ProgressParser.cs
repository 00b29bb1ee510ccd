using System.Buffers.Text;

namespace Gateway.Transcoding.Processes;

/// <summary>
/// Reads what <c>ffmpeg -progress</c> writes, in whatever pieces the pipe gives it: lines of <c>key=value</c>, a block of them closed by
/// <c>progress=continue</c> or <c>progress=end</c>. Keys that are unknown and values that make no sense are passed over: the format
/// grows with ffmpeg. No I/O; memory is one line.
/// </summary>
/// <remarks>Owned by one reader, no concurrency. Call <see cref="TryRead"/> until it returns false, then give it the next piece.</remarks>
internal sealed class ProgressParser
{
    // The longest real line is an error of some 100 bytes inside a value; what is longer is no progress line and is skipped whole.
    private const int MaxLineBytes = 512;

    private readonly byte[] _line = new byte[MaxLineBytes];
    private int _lineLength;
    private bool _skipping;
    private FfmpegProgress _block;

    /// <summary>Takes bytes from the front of <paramref name="input"/> up to the end of the next block; false when all are taken and none ended.</summary>
    public bool TryRead(ref ReadOnlySpan<byte> input, out FfmpegProgress progress)
    {
        while (!input.IsEmpty)
        {
            var end = input.IndexOf((byte)'\n');
            var piece = end < 0 ? input : input[..end];
            Append(piece);
            input = end < 0 ? default : input[(end + 1)..];
            if (end < 0)
                break;

            var isBlockEnd = !_skipping && ApplyLine(_line.AsSpan(0, _lineLength));
            _lineLength = 0;
            _skipping = false;
            if (!isBlockEnd)
                continue;

            progress = _block;
            _block = default;
            return true;
        }

        progress = default;
        return false;
    }

    private void Append(ReadOnlySpan<byte> piece)
    {
        if (_skipping || piece.Length > MaxLineBytes - _lineLength)
        {
            _skipping = true;
            return;
        }

        piece.CopyTo(_line.AsSpan(_lineLength));
        _lineLength += piece.Length;
    }

    /// <summary>True when the line closes a block.</summary>
    private bool ApplyLine(ReadOnlySpan<byte> line)
    {
        var equals = line.IndexOf((byte)'=');
        if (equals <= 0)
            return false;

        var key = line[..equals];
        var value = Trim(line[(equals + 1)..]);
        switch (key)
        {
            case var _ when key.SequenceEqual("frame"u8):
                _block = _block with { Frame = Count(value) };
                break;
            case var _ when key.SequenceEqual("fps"u8):
                _block = _block with { Fps = Number(value, suffix: default) };
                break;
            case var _ when key.SequenceEqual("stream_0_0_q"u8):
                _block = _block with { Quality = Number(value, suffix: default, allowNegative: true) };
                break;
            case var _ when key.SequenceEqual("bitrate"u8):
                _block = _block with { BitsPerSecond = Number(value, "kbits/s"u8) * 1000 };
                break;
            case var _ when key.SequenceEqual("total_size"u8):
                _block = _block with { TotalBytes = Count(value) };
                break;
            case var _ when key.SequenceEqual("out_time_us"u8):
                _block = _block with { OutTime = Microseconds(value) ?? _block.OutTime };
                break;

            // Microseconds too, in spite of the name (an old mistake of ffmpeg's that it keeps); all there is before 4.1.
            case var _ when key.SequenceEqual("out_time_ms"u8):
                _block = _block with { OutTime = _block.OutTime ?? Microseconds(value) };
                break;
            case var _ when key.SequenceEqual("out_time"u8):
                _block = _block with { OutTime = _block.OutTime ?? Clock(value) };
                break;
            case var _ when key.SequenceEqual("dup_frames"u8):
                _block = _block with { DuplicatedFrames = Count(value) };
                break;
            case var _ when key.SequenceEqual("drop_frames"u8):
                _block = _block with { DroppedFrames = Count(value) };
                break;
            case var _ when key.SequenceEqual("speed"u8):
                _block = _block with { Speed = Number(value, "x"u8) };
                break;
            case var _ when key.SequenceEqual("progress"u8):
                _block = _block with { IsEnd = value.SequenceEqual("end"u8) };
                return true;
        }

        return false;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value) => value.Trim(" \t\r"u8);

    private static long? Count(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out long count, out var used) && used == value.Length && count >= 0 ? count : null;

    private static double? Number(ReadOnlySpan<byte> value, ReadOnlySpan<byte> suffix, bool allowNegative = false)
    {
        if (!value.EndsWith(suffix))
            return null;

        value = Trim(value[..^suffix.Length]);
        return Utf8Parser.TryParse(value, out double number, out var used) && used == value.Length && double.IsFinite(number)
            && (allowNegative || number >= 0) ? number : null;
    }

    // Negative before the first frame of files whose time starts late; a century bounds the arithmetic.
    private static TimeSpan? Microseconds(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value, out long microseconds, out var used) && used == value.Length && microseconds < 3_155_760_000_000_000
            ? TimeSpan.FromMicroseconds(Math.Max(0L, microseconds))
            : null;

    /// <summary><c>[-]HH:MM:SS.ffffff</c>, with two or more digits of hours.</summary>
    private static TimeSpan? Clock(ReadOnlySpan<byte> value)
    {
        if (value.StartsWith("-"u8))
            return Clock(value[1..]) is null ? null : TimeSpan.Zero;

        return Utf8Parser.TryParse(value, out int hours, out var used) && hours is >= 0 and < 876_600 && used + 6 <= value.Length
            && value[used] == (byte)':' && value[used + 3] == (byte)':'
            && Utf8Parser.TryParse(value.Slice(used + 1, 2), out int minutes, out var minuteDigits) && minuteDigits == 2 && minutes is >= 0 and < 60
            && Utf8Parser.TryParse(value[(used + 4)..], out double seconds, out var rest) && used + 4 + rest == value.Length && seconds is >= 0 and < 61
            ? TimeSpan.FromHours(hours) + TimeSpan.FromMinutes(minutes) + TimeSpan.FromSeconds(seconds)
            : null;
    }
}
