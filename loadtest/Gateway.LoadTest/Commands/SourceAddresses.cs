using System.Net;

namespace Gateway.LoadTest.Commands;

/// <summary>Reads lists of IPv4 addresses: single ones and ranges.</summary>
internal static class SourceAddresses
{
    // More would only be a slip of the pen: 64,000 connections need three.
    private const int MaxCount = 250;

    /// <exception cref="LoadTestException">It is no such list.</exception>
    public static IReadOnlyList<string> Parse(string text)
    {
        var addresses = new List<string>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-');
            var first = Number(ends[0], text);
            var last = ends.Length == 2 ? Number(ends[1], text) : first;
            if (ends.Length > 2 || last < first || last - first + addresses.Count >= MaxCount)
                throw Wrong(text);
            for (var address = first; address <= last; address++)
                addresses.Add(new IPAddress([(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), (byte)address]).ToString());
        }

        return addresses;
    }

    private static long Number(string text, string all)
    {
        var bytes = IPAddress.TryParse(text, out var address) ? address.GetAddressBytes() : [];
        return bytes.Length == 4 ? ((long)bytes[0] << 24) | ((long)bytes[1] << 16) | ((long)bytes[2] << 8) | bytes[3] : throw Wrong(all);
    }

    private static LoadTestException Wrong(string text) =>
        new(ExitCode.BadArguments, $"--sources needs at most {MaxCount} IPv4 addresses, such as 127.0.0.2,127.0.0.3 or 127.0.0.2-127.0.0.9; '{text}' is not that.");
}
