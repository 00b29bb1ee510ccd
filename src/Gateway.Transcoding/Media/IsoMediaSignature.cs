namespace Gateway.Transcoding.Media;

/// <summary>
/// Whether a file begins as MP4 and QuickTime files do: four bytes of size, then the type of the first box. ffprobe tries its mov reader on
/// anything that is called .mp4 and then misses the index, so its words alone do not tell a broken video from a text.
/// </summary>
internal static class IsoMediaSignature
{
    private const int TypeOffset = 4;
    private const int TypeLength = 4;

    public static bool Matches(string path)
    {
        Span<byte> head = stackalloc byte[TypeOffset + TypeLength];
        try
        {
            using var file = File.OpenHandle(path);
            if (RandomAccess.Read(file, head, 0) < head.Length)
                return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        var type = head[TypeOffset..];
        return type.SequenceEqual("ftyp"u8) || type.SequenceEqual("moov"u8) || type.SequenceEqual("mdat"u8) || type.SequenceEqual("wide"u8)
            || type.SequenceEqual("free"u8) || type.SequenceEqual("skip"u8);
    }
}
