using System.Buffers.Binary;

namespace Gateway.Server.Jobs;

/// <summary>
/// Whether the first bytes of a file are those of a container that the workers read. A first sieve: what passes is still checked by ffprobe, what does
/// not (programs, archives, playlists, pictures) is refused while it is being sent.
/// </summary>
internal static class MediaSignature
{
    /// <summary>Enough for every pattern: the furthest is the third packet of a transport stream with time stamps (4 + 2 * 192).</summary>
    public const int HeadBytes = 512;

    /// <param name="head">The first <see cref="HeadBytes"/> bytes, or the whole file when it is shorter.</param>
    public static bool IsMedia(ReadOnlySpan<byte> head) =>
        IsIsoBaseMedia(head) || IsRiff(head) || IsTransportStream(head) || IsMpegAudio(head) || StartsWithKnown(head);

    /// <summary>ISO 14496-12: size and type of the first box. Old QuickTime files begin with any of these.</summary>
    private static bool IsIsoBaseMedia(ReadOnlySpan<byte> head)
    {
        if (head.Length < 8)
            return false;

        var type = head.Slice(4, 4);
        return type.SequenceEqual("ftyp"u8) || type.SequenceEqual("moov"u8) || type.SequenceEqual("mdat"u8) || type.SequenceEqual("free"u8)
            || type.SequenceEqual("wide"u8) || type.SequenceEqual("skip"u8) || type.SequenceEqual("pnot"u8) || type.SequenceEqual("styp"u8);
    }

    /// <summary>RIFF or RF64, size, form.</summary>
    private static bool IsRiff(ReadOnlySpan<byte> head)
    {
        if (head.Length < 12)
            return false;

        var form = head.Slice(8, 4);
        return (head.StartsWith("RIFF"u8) || head.StartsWith("RF64"u8)) && (form.SequenceEqual("AVI "u8) || form.SequenceEqual("WAVE"u8));
    }

    /// <summary>ISO 13818-1: the sync byte 0x47 every 188 bytes, or 192 with a time stamp of 4 bytes in front (Blu-ray, AVCHD).</summary>
    private static bool IsTransportStream(ReadOnlySpan<byte> head) => HasSync(head, 0, 188) || HasSync(head, 4, 192);

    private static bool HasSync(ReadOnlySpan<byte> head, int start, int packet) =>
        head.Length > start + (2 * packet) && head[start] == 0x47 && head[start + packet] == 0x47 && head[start + (2 * packet)] == 0x47;

    /// <summary>ISO 11172-3 and 13818-7: eleven or twelve sync bits, then values that are not reserved (rules out JPEG's FF D8).</summary>
    private static bool IsMpegAudio(ReadOnlySpan<byte> head)
    {
        if (head.Length < 4)
            return false;

        var header = BinaryPrimitives.ReadUInt16BigEndian(head);
        var isAdts = (header & 0xFFF6) == 0xFFF0;
        var isMpeg = (header & 0xFFE0) == 0xFFE0 && (header & 0x0018) != 0x0008 && (header & 0x0006) != 0 && (head[2] & 0xF0) != 0xF0;
        return isAdts || isMpeg;
    }

    private static bool StartsWithKnown(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]) // Matroska, WebM (EBML)
        || head.StartsWith("OggS"u8)
        || head.StartsWith("FLV\x01"u8)
        || head.StartsWith((ReadOnlySpan<byte>)[0x00, 0x00, 0x01, 0xBA]) // MPEG program stream
        || head.StartsWith((ReadOnlySpan<byte>)[0x00, 0x00, 0x01, 0xB3]) // MPEG video
        || head.StartsWith((ReadOnlySpan<byte>)[0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]) // ASF
        || head.StartsWith((ReadOnlySpan<byte>)[0x06, 0x0E, 0x2B, 0x34]) // MXF
        || head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8)
        || head.StartsWith("ID3"u8)
        || head.StartsWith("fLaC"u8)
        || (head.Length >= 12 && head.StartsWith("FORM"u8) && head.Slice(8, 3).SequenceEqual("AIF"u8))
        || head.StartsWith("caff"u8)
        || head.StartsWith("#!AMR"u8);
}
