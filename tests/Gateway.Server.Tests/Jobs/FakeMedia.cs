namespace Gateway.Server.Tests.Jobs;

/// <summary>Bytes that begin like a film and are none: enough for everything before the workers.</summary>
internal static class FakeMedia
{
    public static byte[] Mp4(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        byte[] head = [0, 0, 0, 0x20, .. "ftypisom"u8];
        head.AsSpan(0, Math.Min(head.Length, length)).CopyTo(bytes);
        return bytes;
    }
}
